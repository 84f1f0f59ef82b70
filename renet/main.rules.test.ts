// On the true program: it is started as from a shell, and where it asks a person, on a true pseudo-terminal.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quote } from './functions/shellText.ts';

let datastore: string;
beforeAll(() => {
  datastore = mkdtempSync(join(tmpdir(), 'rediacc-main-'));
});
afterAll(() => rmSync(datastore, { recursive: true }));

/** The words that start the true program from its sources. */
const program = [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  join(import.meta.dirname, 'main.ts'),
];

interface Ended {
  exit: number | null;
  output: string;
}

/** Runs a program in an English shell, unless `environment` says otherwise; types `keys` once `after` was written. */
function run(
  words: readonly string[],
  { typing, environment }: { typing?: { after: string; keys: string }; environment?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const [first = '', ...rest] = words;
  const child = spawn(first, rest, { env: { ...process.env, LC_ALL: 'C.UTF-8', ...environment } });
  let output = '';
  if (typing === undefined) child.stdin.end();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      const seen = typing !== undefined && output.includes(typing.after);
      output += bytes.toString();
      if (typing !== undefined && !seen && output.includes(typing.after)) child.stdin.write(typing.keys);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve({ exit, output }));
  });
}

const root = process.getuid?.() === 0;
const skipped = root ? '' : ' (SKIPPED: needs root)';

describe.skipIf(!root)(`renet in a shell${skipped}`, () => {
  it.each([
    [['up', 'shop', '--frobnicate'], 2, "Unknown option '--frobnicate'. See `renet --help`.\n"],
    [['up', 'shop', '--mount=yes'], 2, '--mount'],
    [['create', 'shop', '--size', 'ten'], 2, '"ten" is not a size'],
    [['resize', 'shop', '--size', '10X'], 2, '"10X" is not a size'],
    [
      ['autostart', 'enable', 'shop', '--delay', 'soon'],
      2,
      '"soon" is not a whole number of seconds, at most 3600. See `renet --help`.',
    ],
    [['autostart', 'enable', 'shop', '--delay', '1.5'], 2, '"1.5" is not a whole number of seconds'],
    [['autostart', 'enable', 'shop', '--delay', '3601'], 2, '"3601" is not a whole number of seconds'],
    // A delay that may be: what is missing then is the repository, or its passphrase.
    [['autostart', 'enable', 'shop', '--delay', '3600'], 2, 'passphrase'],
    [['header', 'backup', 'shop'], 2, '`header backup` needs FILE'],
    [['up'], 2, '`up` needs NAME'],
    [['up', 'shop', 'store'], 2, '`up` does not take "store"'],
    [['up', 'shop', '--tag', 'store'], 2, '`up` does not take --tag'],
    [['down', 'shop', '--passphrase-file', '-'], 2, '`down` does not take --passphrase-file'],
    [['create', 'shop'], 2, '`create` needs --size'],
    [['exec', 'shop'], 2, '`exec` needs -- COMMAND ...'],
    [['list', '--', 'shop'], 2, '`list` does not take "--"'],
    [['autostart'], 2, 'renet autostart enable NAME'],
    [['slots'], 2, 'renet slots release NAME SERVICE'],
    [['reboot'], 2, 'renet up NAME [--mount] [--prep-only] [--passphrase-file FILE]'],
    // This size is a valid one, so the next thing that is missing is the passphrase.
    [['create', 'shop', '--size', '64M'], 2, 'passphrase'],
  ])('refuses %j with %i, and says why', async (words, exit, says) => {
    const ended = await run([...program, ...words, '--datastore', datastore]);
    expect(ended).toEqual({ exit, output: expect.stringContaining(says) as string });
  });

  it('names its own usage in the language of the shell', async () => {
    const ended = await run([...program, 'up'], { environment: { LC_ALL: 'fr_FR.UTF-8' } });
    expect(ended).toEqual({ exit: 2, output: 'renet: Il manque NAME à `up`. Voir `renet --help`.\n' });
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is cancelled by %s at the question for a passphrase', async (_, keys) => {
    const words = [...program, 'create', 'shop', '--size', '64M', '--datastore', datastore];
    const terminal = ['script', '-qefc', words.map(quote).join(' '), '/dev/null'];
    expect(await run(terminal, { typing: { after: 'shop: ', keys } })).toMatchObject({ exit: 130 });
  });
});
