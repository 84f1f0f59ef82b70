import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { ask, askYesNo } from './prompt.ts';
import { readPassphrase, readPasswordFile } from './secrets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(contents: string | Uint8Array): Promise<string> {
  const path = join(folder, 'passphrase');
  await writeFile(path, contents);
  return path;
}

/** Makes a terminal, or pipes when `isTTY` is false; all that is typed can be read from the start. */
function terminal(typed: string | Uint8Array, isTTY = true) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  let shown = '';
  const stderr = Object.assign(
    new Writable({
      write(chunk: Buffer, _, done) {
        shown += chunk.toString();
        done();
      },
    }),
    { isTTY },
  );
  stdin.write(typed);
  return { stdin, stderr, shown: () => shown };
}

const source = { name: 'webapp', isNew: false };
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe('a passphrase file', () => {
  test.each([
    ['one line end is stripped', 'secret\n', 'secret'],
    ['and only one', 'secret\n\n', 'secret\n'],
    ["Windows' too", 'secret\r\n', 'secret'],
    ['blanks stay', '  two words ', '  two words '],
    ['the composed form is used', 'cafe\u0301', 'caf\u00e9'],
  ])('%s', async (_, contents, wanted) => {
    const read = await readPassphrase(terminal('', false), { ...source, file: await file(contents) }, en);
    expect(text(read)).toBe(wanted);
  });

  test.each([
    ['empty', '\n', 'passphrase-empty'],
    ['not text', Uint8Array.of(0xff, 0xfe), 'passphrase-not-text'],
  ])('that is %s is refused', async (_, contents, code) => {
    const reading = readPassphrase(terminal(''), { ...source, file: await file(contents) }, en);
    await expect(reading).rejects.toMatchObject({ code });
  });

  test('that is not there is named', async () => {
    const reading = readPassphrase(terminal(''), { ...source, file: join(folder, 'absent') }, en);
    await expect(reading).rejects.toMatchObject({ code: 'file-not-found' });
  });

  test('- is standard input; without it standard input is not touched', async () => {
    const piped = terminal('from the pipe\n', false);
    piped.stdin.end();
    expect(text(await readPassphrase(piped, { ...source, file: '-' }, en))).toBe('from the pipe');
    const silent = terminal('not for us\n', false);
    await expect(readPassphrase(silent, { ...source, file: undefined }, en)).rejects.toMatchObject({
      code: 'passphrase-missing',
      details: { name: 'webapp' },
    });
    expect(text(silent.stdin.read() as Buffer)).toBe('not for us\n');
  });

  test("sudo's password keeps its bytes but for the line end", async () => {
    expect(text(await readPasswordFile(terminal('').stdin, await file('cafe\u0301\r\n')))).toBe('cafe\u0301');
  });
});

describe('asking', () => {
  test('a new passphrase is asked for twice, until both are the same, and never shown', async () => {
    const person = terminal('one\rtwo\rthree\rthree\r');
    const read = await readPassphrase(person, { ...source, file: undefined, isNew: true }, en);
    expect(text(read)).toBe('three');
    expect(person.shown()).toBe(
      'Passphrase of webapp: \nThe same again: \nThe two passphrases differ. Once more.\nPassphrase of webapp: \nThe same again: \n',
    );
  });

  test.each([
    ['backspace takes a whole character', 'caf\u00e9\u007fe\r', 'cafe'],
    ['Ctrl-U takes the line', 'wrong\u0015right\r', 'right'],
    ['other controls are no characters', 'a\u0001\tb\r', 'ab'],
    ['a line feed ends it as well', 'x\n', 'x'],
  ])('%s', async (_, typed, wanted) => {
    expect((await ask(terminal(typed), '? ', false)).toString()).toBe(wanted);
  });

  test.each(['pasted with its end\r', 'and what comes next\rnext', 'left\u0003'])(
    'what was typed is overwritten: %j',
    async (typed) => {
      const person = terminal(Buffer.alloc(0));
      const chunk = Buffer.from(typed);
      person.stdin.write(chunk);
      await ask(person, '? ', false).catch(() => undefined);
      expect(chunk.every((byte) => byte === 0)).toBe(true);
    },
  );

  test.each([
    ['Ctrl-C', 'abc\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s cancels', async (_, typed) => {
    await expect(ask(terminal(typed), '? ', false)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('yes or no, in both languages, and nothing else', async () => {
    expect([
      await askYesNo(terminal('maybe\rYES\r'), '? '),
      await askYesNo(terminal('oui\r'), '? '),
      await askYesNo(terminal('non\r'), '? '),
    ]).toEqual([true, true, false]);
  });

  test('what is typed in the open is shown', async () => {
    const person = terminal('web\u007fb\r');
    await ask(person, 'Name: ', true);
    expect(person.shown()).toBe('Name: web\b \bb\n');
  });
});
