import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppError } from '../../shared/errors.ts';
import { readPassphrasesFile } from './passphrasesFile.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-passphrases-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(contents: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(folder, 'passphrases');
  await writeFile(path, contents);
  await chmod(path, mode);
  return path;
}

const read = (path: string) => readPassphrasesFile(new PassThrough(), path);

const texts = (passphrases: Map<string, Uint8Array>) =>
  [...passphrases].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);

test('a line for each repository; only the first tab and the line end are no part of it', async () => {
  const path = await file('web\tone two \r\n\ndb\tcafe\u0301\tau lait\n \t\nlast\tno line end');
  expect(texts(await read(path))).toEqual([
    ['web', 'one two '],
    ['db', 'caf\u00e9\tau lait'],
    ['last', 'no line end'],
  ]);
});

test.each([
  ['has no tab', 'web\tone\ndb secret\n', 2],
  ['has no passphrase', '\nweb\t\r\n', 2],
  ['has no name', '\tsecret\n', 1],
  ['has what cannot be a name', 'Web\tsecret\n', 1],
  ['has a name that had a line', 'web\tone\nweb\tsecret\n', 2],
  ['is not text', Uint8Array.of(0x77, 0x09, 0xff, 0xfe), 1],
])('a line that %s is named by its number alone', async (_, contents, line) => {
  const path = await file(contents);
  const error = await read(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'passphrases-file-line', details: { file: path, line } });
  expect(JSON.stringify([error, (error as AppError).message])).not.toContain('secret');
});

test.each([
  [0o640, '0640'],
  [0o604, '0604'],
])('a file that others can read is refused: %s', async (mode, shown) => {
  const path = await file('web\tone\n', mode);
  await expect(read(path)).rejects.toMatchObject({
    code: 'passphrases-file-exposed',
    details: { file: path, mode: shown },
  });
});

test('one that is not there is named; - is standard input', async () => {
  await expect(read(join(folder, 'absent'))).rejects.toMatchObject({ code: 'file-not-found' });
  const stdin = new PassThrough();
  stdin.end('web\tpiped\n');
  expect(texts(await readPassphrasesFile(stdin, '-'))).toEqual([['web', 'piped']]);
});
