import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PassphrasePlace } from '../../electron/api/passphrases.ts';
import { openSecrets } from '../../electron/shell/secrets.ts';
import { safeStorage } from './standIn/electron.ts';
import { createRecords } from './standIn/records.ts';
import { records } from './standIn/state.ts';

const WORD = 'correct horse battery staple';
const GUID = 'f4b7c9d2-1111-4222-8333-444455556666';
const place: PassphrasePlace = {
  ...{ context: 'work', machine: 'web', host: 'web.test', port: 22, user: 'deploy' },
  ...{ hostKey: 'SHA256:web', guid: GUID },
};
const none = { state: 'none' };
const kept = { state: 'kept', passphrase: WORD };
const withheld = (because: string): object => ({ state: 'withheld', because });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-secrets-'));
  records.system = createRecords().system;
});
afterEach(() => rm(folder, { recursive: true }));

const file = (): string => join(folder, 'passphrases.json');

it('gives back what it was asked to remember, in another run, until it is told to forget', async () => {
  await (await openSecrets(folder)).set(place, WORD);
  const later = await openSecrets(folder);
  expect(later.keychain()).toEqual({ state: 'available', backend: 'gnome_libsecret' });
  expect([await later.find(place), await later.find({ ...place, guid: 'another' })]).toEqual([kept, none]);
  await later.forget(place);
  expect(await later.find(place)).toEqual(none);
});

it('writes nothing that could be read without the keychain, for this account alone', async () => {
  await (await openSecrets(folder)).set(place, WORD);
  const text = await readFile(file(), 'utf8');
  expect(text).not.toContain(WORD);
  expect(text).not.toContain(Buffer.from(WORD).toString('base64'));
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

it.each([
  ['basic_text', true, 'basic'],
  ['unknown', true, 'absent'],
  ['kwallet6', false, 'absent'],
] as const)('keeps nothing where the backend is %s and answers: %s', async (keychain, answers, state) => {
  records.system.keychain = keychain;
  records.system.keychainAnswers = answers;
  const secrets = await openSecrets(folder);
  expect(secrets.keychain()).toEqual({ state, backend: keychain });
  await expect(secrets.set(place, WORD)).rejects.toMatchObject({
    code: 'keychain-absent',
    details: { backend: keychain },
  });
  await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
});

it('does not offer what an earlier keychain kept when there is none any more', async () => {
  await (await openSecrets(folder)).set(place, WORD);
  records.system.keychain = 'basic_text';
  const secrets = await openSecrets(folder);
  expect(await secrets.find(place)).toEqual(none);
});

it('has the person asked again for what the keychain does not open', async () => {
  const secrets = await openSecrets(folder);
  await secrets.set(place, WORD);
  const [key = ''] = Object.keys(JSON.parse(await readFile(file(), 'utf8')) as object);
  await writeFile(file(), JSON.stringify({ [key]: Buffer.from('of another keychain').toString('base64') }));
  expect(await secrets.find(place)).toEqual(none);
});

it.each([
  [
    'another machine that claims the GUID',
    { machine: 'evil', host: 'evil.test', hostKey: 'SHA256:evil' },
    'machine',
  ],
  ['another machine under the same address', { machine: 'copy' }, 'machine'],
  ['a machine of the same name in another context', { context: 'home' }, 'machine'],
  ['the machine with another host key', { hostKey: 'SHA256:other' }, 'host-key'],
  ['the machine at another address', { host: 'other.test' }, 'address'],
  ['the machine behind another port', { port: 2222 }, 'address'],
  ['another account of the machine', { user: 'root' }, 'address'],
])('gives nothing to %s, and says why', async (_, change, because) => {
  const secrets = await openSecrets(folder);
  await secrets.set(place, WORD);
  expect(await secrets.find({ ...place, ...change })).toEqual(withheld(because));
  expect(await secrets.look({ ...place, ...change })).toEqual(withheld(because));
  expect(await secrets.find(place)).toEqual(kept);
});

it('tells what it keeps, without the passphrase, to who has not seen the machine’s host key yet', async () => {
  const secrets = await openSecrets(folder);
  await secrets.set(place, WORD);
  const unproven = { ...place, hostKey: undefined };
  expect(await secrets.look(unproven)).toEqual({ state: 'kept' });
  expect(await secrets.look(place)).toEqual({ state: 'kept' });
  expect(await secrets.look({ ...unproven, guid: 'another' })).toEqual(none);
  expect(await secrets.look({ ...unproven, host: 'other.test' })).toEqual(withheld('address'));
});

it('gives nothing for an entry that was moved to another machine in the file', async () => {
  const secrets = await openSecrets(folder);
  await secrets.set(place, WORD);
  const [value] = Object.values(JSON.parse(await readFile(file(), 'utf8')) as Record<string, string>);
  await writeFile(file(), JSON.stringify({ [`work/evil ${GUID}`]: value }));
  expect(await secrets.find({ ...place, machine: 'evil' })).toEqual(withheld('machine'));
});

it('keeps one for each machine that has a copy of the repository', async () => {
  const secrets = await openSecrets(folder);
  const copy = { ...place, machine: 'copy', host: 'copy.test', hostKey: 'SHA256:copy' };
  await secrets.set(place, WORD);
  await secrets.set(copy, 'another');
  expect([await secrets.find(place), await secrets.find(copy)]).toEqual([
    kept,
    { ...kept, passphrase: 'another' },
  ]);
  await secrets.forget(copy);
  expect([await secrets.find(place), await secrets.find(copy)]).toEqual([kept, withheld('machine')]);
});

it('uses nothing that 0.1.0 kept under the GUID alone, and drops it once it was typed again or forgotten', async () => {
  const secrets = await openSecrets(folder);
  const older = (await safeStorage.encryptStringAsync(WORD)).toString('base64');
  for (const drop of [() => secrets.set(place, 'typed'), () => secrets.forget(place)]) {
    await writeFile(file(), JSON.stringify({ [GUID]: older, other: older }));
    expect(await secrets.find(place)).toEqual(withheld('older'));
    await drop();
    const keys = Object.keys(JSON.parse(await readFile(file(), 'utf8')) as object);
    expect([keys.includes(GUID), keys.includes('other')]).toEqual([false, true]);
  }
});
