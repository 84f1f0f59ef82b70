import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSecrets } from '../../electron/shell/secrets.ts';
import { createRecords } from './standIn/records.ts';
import { records } from './standIn/state.ts';

const WORD = 'correct horse battery staple';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-secrets-'));
  records.system = createRecords().system;
});
afterEach(() => rm(folder, { recursive: true }));

const file = (): string => join(folder, 'passphrases.json');

it('gives back what it was asked to remember, in another run, until it is told to forget', async () => {
  await (await openSecrets(folder)).set('guid-1', WORD);
  const later = await openSecrets(folder);
  expect(later.keychain()).toEqual({ state: 'available', backend: 'gnome_libsecret' });
  expect([await later.list(), await later.get('guid-1'), await later.get('guid-2')]).toEqual([
    ['guid-1'],
    WORD,
    undefined,
  ]);
  await later.forget('guid-1');
  expect([await later.list(), await later.get('guid-1')]).toEqual([[], undefined]);
});

it('writes nothing that could be read without the keychain, for this account alone', async () => {
  await (await openSecrets(folder)).set('guid-1', WORD);
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
  await expect(secrets.set('guid-1', WORD)).rejects.toMatchObject({
    code: 'keychain-absent',
    details: { backend: keychain },
  });
  await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
});

it('does not offer what an earlier keychain kept when there is none any more', async () => {
  await (await openSecrets(folder)).set('guid-1', WORD);
  records.system.keychain = 'basic_text';
  const secrets = await openSecrets(folder);
  expect([await secrets.list(), await secrets.get('guid-1')]).toEqual([[], undefined]);
});

it('has the person asked again for what the keychain does not open', async () => {
  const secrets = await openSecrets(folder);
  await writeFile(
    file(),
    JSON.stringify({ 'guid-1': Buffer.from('of another keychain').toString('base64') }),
  );
  expect(await secrets.get('guid-1')).toBeUndefined();
});
