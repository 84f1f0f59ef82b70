// On true bash: what it is given of a Rediaccfile, how long it may take, and what is told of its answer.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeError, toAppError } from '../../shared/errors.ts';
import { en } from '../../shared/text/en/en.ts';
import { fr } from '../../shared/text/fr/fr.ts';
import { runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { checkRediaccfile } from './syntax.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rediacc-syntax-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Returns the error of a check as data; undefined when bash can read the file. */
async function fault(text: string | undefined, run = runCommand, limit?: number): Promise<unknown> {
  const file = join(root, 'Rediaccfile');
  if (text !== undefined) {
    rmSync(file, { force: true });
    writeFileSync(file, text);
  }
  return checkRediaccfile(root, 'Rediaccfile', run, limit).then(
    () => undefined,
    (error: unknown) => {
      const { code, details } = toAppError(error);
      return { code, ...details };
    },
  );
}

/** Puts something else in the file's place after it was read and before bash starts. */
function afterSwap(swap: (file: string) => void): RunCommand {
  return (command, options) => {
    const file = join(root, 'Rediaccfile');
    unlinkSync(file);
    swap(file);
    return runCommand(command, options);
  };
}

describe('the check of a Rediaccfile', () => {
  it('accepts what the file itself would make valid, and warnings', async () => {
    expect(await fault('shopt -s extglob\nup() { ls !(*.bak); }\n')).toBeUndefined();
    expect(await fault('up() { cat <<END\nno end\n')).toMatchObject({ code: 'rediaccfile-syntax' });
    expect(await fault('cat <<END\nno end\n')).toBeUndefined();
  });

  it('accepts what only bash without extglob reads, and tells the line of the reading that counts', async () => {
    const negated = "if !(\n  # don't\n  false\n); then\n  :\nfi\n";
    expect(await fault(negated)).toBeUndefined();
    expect(await fault(`${negated})\n`)).toMatchObject({ line: 7 });
    expect(await fault('shopt -s extglob\nup() { ls !(*.bak); }\n)\n')).toMatchObject({ line: 3 });
  });

  it.each<[string, string | Uint8Array]>([
    ['byte-order-mark', '\uFEFFup() { :; }\n'],
    ['utf-16', Buffer.from('\uFEFFup() { :; }\n', 'utf16le')],
    ['utf-16', Buffer.from('up() { :; }\n', 'utf16le')],
    ['nul-bytes', 'up() { :; }\n\0\n'],
    ['line-ends', 'up() { :; }\r\ndown() { :; }\r\n'],
    ['line-ends', 'if true; then\r\n  :\nfi\r\n'],
  ])('names what bash reads otherwise than an editor shows it: %s', async (reason, bytes) => {
    rmSync(join(root, 'Rediaccfile'), { force: true });
    writeFileSync(join(root, 'Rediaccfile'), bytes);
    expect(await fault(undefined)).toEqual({ code: 'rediaccfile-encoding', file: 'Rediaccfile', reason });
  });

  it('accepts a single line that ends with CR LF, as a here-document may want it', async () => {
    expect(await fault('up() {\n  cat <<END\nHello\r\nEND\n}\n')).toBeUndefined();
  });

  it('judges the bytes that were read, whatever stands there afterwards', async () => {
    const secret = join(root, 'secret');
    writeFileSync(secret, 'root-only ) text\n');
    expect(
      await fault(
        ':\n',
        afterSwap((file) => symlinkSync(secret, file)),
      ),
    ).toBeUndefined();
    expect(
      await fault(
        ':\n)\n',
        afterSwap((file) => symlinkSync(secret, file)),
      ),
    ).toMatchObject({ line: 2 });
  });

  it('does not wait for a pipe, not even for one that comes after the reading', async () => {
    const pipe = (file: string): void => void execFileSync('mkfifo', [file]);
    expect(await fault(':\n', afterSwap(pipe))).toBeUndefined();
    expect(await fault(undefined)).toEqual({
      code: 'unsafe-path',
      path: 'Rediaccfile',
      reason: 'it is not a regular file',
    });
  });

  it('refuses a folder, a device and a file beyond 1 MiB', async () => {
    mkdirSync(join(root, 'Rediaccfile'));
    expect(await fault(undefined)).toMatchObject({ code: 'unsafe-path' });
    rmSync(join(root, 'Rediaccfile'), { recursive: true });
    execFileSync('mknod', [join(root, 'Rediaccfile'), 'c', '1', '5']);
    expect(await fault(undefined)).toMatchObject({ code: 'unsafe-path' });
    unlinkSync(join(root, 'Rediaccfile'));
    expect(await fault('#'.repeat(1024 * 1024 + 1))).toMatchObject({ code: 'file-too-large' });
  });

  it.each([
    ['the line', ':\n:\nPASSWORD=hunter2 )\n', 3],
    ['a word', 'up() { :; }\n) hunter2 )\n', 2],
    ['an open quote', 'PASSWORD="hunter2\n', 1],
    ["a here-document and its end's name", 'cat <<hunter2\nPASSWORD=hunter2\nhunter2\n)\n', 4],
    ['a line that pretends', 'bash: line 99: hunter2\nfi\n', 2],
  ])('tells the number of the line and never %s', async (_, text, line) => {
    const found = await fault(text);
    expect(found).toEqual({ code: 'rediaccfile-syntax', file: 'Rediaccfile', line, reason: 'syntax-error' });
  });

  it('says so in both languages', async () => {
    writeFileSync(join(root, 'Rediaccfile'), ':\n)\n');
    const error = await checkRediaccfile(root, 'Rediaccfile', runCommand).catch(toAppError);
    if (error === undefined) throw new Error('bash took it');
    expect([en, fr].map((text) => describeError(error, text).message)).toEqual([
      'Rediaccfile is not valid bash: the error is at line 2.',
      'Rediaccfile n’est pas du bash valide\u00a0: l’erreur est à la ligne 2.',
    ]);
  });

  it('ends a bash that breaks, or that takes too long', async () => {
    const unchecked = { code: 'rediaccfile-unchecked', file: 'Rediaccfile' };
    expect(await fault('$('.repeat(500_000))).toEqual(unchecked);
    const slow: RunCommand = (_, options) => runCommand(['sleep', '600'], options);
    expect(await fault(':\n', slow, 100)).toEqual(unchecked);
  });
});
