import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { following, OPERATION, rdc } from './rdc.fixtures.ts';
import type { Ran, Scene } from './rdc.fixtures.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('rdc repo passphrase change', () => {
  const sent: string[] = [];
  /** What the engine gets of both, at that moment. */
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
