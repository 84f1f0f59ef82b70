import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { following, OPERATION, rdc } from '../../rdc.fixtures.ts';
import type { Ran, Scene } from '../../rdc.fixtures.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('rdc repo passphrase change', () => {
  const sent: string[] = [];
  /** Runs a change of the passphrase; `sent` then has the verb and both passphrases as the engine got them. */
  function change(words: string, scene: Scene = {}): Promise<Ran> {
    sent.length = 0;
    const engine = {
      ...following({ kind: 'succeeded' }),
      start: (...[, { verb, repository }, { passphrase, newPassphrase }]: Parameters<Start>) => {
        sent.push(
          verb,
          repository,
          ...[passphrase, newPassphrase].map((one) => Buffer.from(one ?? []).toString()),
        );
        return Promise.resolve({ operation: OPERATION });
      },
    };
    return rdc(`repo passphrase change webapp -m prod-1 ${words}`, { engine, ...scene });
  }
  type Start = NonNullable<NonNullable<Scene['engine']>['start']>;

  it('asks for the old one, then for the new one twice', async () => {
    const typed = 'old\rnew\rnwe\rnew\rnew\r';
    const { exit, stderr } = await change('', { terminal: true, stdin: typed });
    expect([exit, sent]).toEqual([0, ['passphrase-change', 'webapp', 'old', 'new']]);
    expect(stderr).toContain('Passphrase of webapp: \nNew passphrase of webapp: \nThe same again: ');
  });

  it('takes both from files, one of them standard input', async () => {
    const file = join(folder, 'new');
    await writeFile(file, 'new\n');
    await change(`--passphrase-file - --new-passphrase-file ${file}`, { stdin: 'old\n' });
    expect(sent).toEqual(['passphrase-change', 'webapp', 'old', 'new']);
  });

  it.each([
    ['--passphrase-file - --new-passphrase-file -', 'bad-arguments'],
    ['--passphrase-file -', 'new-passphrase-missing'],
    ['', 'passphrase-missing'],
  ])('is told what is missing: %s', async (words, code) => {
    const { exit, stdout } = await change(`${words} --output json`, { stdin: 'old\n' });
    expect([exit, JSON.parse(stdout)]).toMatchObject([2, { error: { code } }]);
    expect(sent).toEqual([]);
  });

  it('ends with 3 when the old one is wrong', async () => {
    const error = { code: 'wrong-passphrase', details: { name: 'webapp' }, message: '' };
    const engine = following({ kind: 'failed', error }, '');
    const file = join(folder, 'both');
    await writeFile(file, 'x\n');
    const words = `repo passphrase change webapp -m prod-1 --passphrase-file ${file} --new-passphrase-file ${file}`;
    expect((await rdc(words, { engine })).exit).toBe(3);
  });
});

describe('rdc repo header', () => {
  const bytes = headerBytes();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const saved = { header: '33333333-3333-4333-8333-333333333333', uuid: 'u', size: bytes.length, sha256 };
  const answers = {
    'header.save': saved,
    'header.read': { base64: bytes.toString('base64') },
    'header.forget': {},
  };
  const backup = (file: string, words = '', scene: Scene = {}): Promise<Ran> =>
    rdc(`repo header backup webapp -m prod-1 --file ${file} ${words}`, { answers, ...scene });

  it('saves it for its owner alone, and says what it is worth', async () => {
    const file = join(folder, 'header');
    const { exit, stdout } = await backup(file);
    expect([exit, readFileSync(file).equals(bytes), statSync(file).mode & 0o777]).toEqual([0, true, 0o600]);
    expect(stdout).toContain(`SHA-256 ${sha256}`);
    expect(stdout).toContain('also after the passphrase was changed');
  });

  it('never replaces a file without being asked to', async () => {
    const file = join(folder, 'kept');
    const is = (): string => readFileSync(file).toString();
    writeFileSync(file, 'mine');
    const refused = await backup(file, '--output json');
    expect([refused.exit, refused.asked, is()]).toEqual([9, [], 'mine']);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'file-exists' } });
    expect((await backup(file, '', { terminal: true, stdin: 'no\r' })).exit).toBe(130);
    expect(is()).toBe('mine');
    expect((await backup(file, '', { terminal: true, stdin: 'yes\r' })).exit).toBe(0);
    writeFileSync(file, 'mine');
    expect((await backup(file, '--overwrite')).exit).toBe(0);
    expect(is()).toBe(bytes.toString());
  });

  it('says where it cannot be written', async () => {
    const { stdout } = await backup(join(folder, 'nowhere', 'header'), '--output json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'file-not-found' } });
  });

  const restore = (file: string, words: string, scene: Scene = {}): Promise<Ran> => {
    const engine = {
      ...following({ kind: 'succeeded' }, ''),
      plan: () => Promise.resolve({} as never),
      ...scene.engine,
    };
    return rdc(`repo header restore webapp -m prod-1 --file ${file} ${words}`, { answers, ...scene, engine });
  };

  it('puts it back once the name was typed', async () => {
    const file = join(folder, 'saved');
    writeFileSync(file, bytes);
    const typed = await restore(file, '', { terminal: true, stdin: 'webapp\r' });
    expect(typed.exit).toBe(0);
    const sent = typed.asked as [string, ...unknown[]][];
    expect(sent.map(([method]) => method)).toEqual(['header.write', 'start', 'header.forget']);
    expect(sent[0]?.[1]).toMatchObject({ position: 0, base64: bytes.toString('base64') });
    expect(sent[1]?.[1]).toMatchObject({ verb: 'header-restore', options: { header: { sha256 } } });
    expect((await restore(file, '--confirm webapp')).exit).toBe(0);
  });

  it.each([
    ['another name is typed', 'web\r', 9],
    ['nothing is typed', '\r', 9],
    ['it is left with Ctrl-C', '\u0003', 130],
  ])('sends nothing when %s', async (_, stdin, exit) => {
    const file = join(folder, 'saved');
    writeFileSync(file, bytes);
    const ran = await restore(file, '', { terminal: true, stdin });
    expect([ran.exit, ran.asked]).toEqual([exit, []]);
  });

  it('asks nobody about a file that is no header, or a repository that is open', async () => {
    const file = join(folder, 'saved');
    writeFileSync(file, bytes.subarray(0, bytes.length - 1));
    const cut = await restore(file, '--confirm webapp --output json');
    expect([cut.exit, cut.asked, JSON.parse(cut.stdout)]).toMatchObject([
      9,
      [],
      { error: { code: 'not-a-header' } },
    ]);
    writeFileSync(file, bytes);
    const plan = () => Promise.reject(new AppError('still-mounted', { name: 'webapp' }));
    const open = await restore(file, '--confirm webapp', { engine: { plan } });
    expect([open.exit, open.asked]).toEqual([9, []]);
  });
});

/** Makes a header without a key slot, as small as the format allows. */
function headerBytes(): Buffer {
  const bytes = Buffer.alloc(2 * 16384);
  bytes.write('LUKS\u00ba\u00be', 'latin1');
  bytes.writeUInt16BE(2, 6);
  bytes.writeBigUInt64BE(16384n, 8);
  bytes.write('u', 168);
  bytes.write('{"config":{"keyslots_size":"0"}}', 4096);
  return bytes;
}
