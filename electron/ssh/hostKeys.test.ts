import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createHostKeys } from './hostKeys.ts';
import { withFileLock } from '../engine/store/fileLock.ts';

const key = { keyType: 'ssh-ed25519', publicKey: Buffer.from('a key') };
const bytes = key.publicKey.toString('base64');

let folder: string;
let own: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-hosts-'));
  own = join(folder, 'config', 'known_hosts');
});
afterEach(() => rm(folder, { recursive: true }));

async function ownHolding(text: string): Promise<void> {
  await mkdir(join(folder, 'config'));
  await writeFile(own, text);
}

describe('trusting a key', () => {
  it('makes our file and its folder for us alone', async () => {
    await createHostKeys([], own, withFileLock).trust('web', 22, key);
    const modes = await Promise.all(
      [own, join(folder, 'config')].map(async (path) => (await stat(path)).mode),
    );
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o700]);
    expect(await readFile(own, 'utf8')).toBe(`web ssh-ed25519 ${bytes}\n`);
  });

  it.each([
    [
      'keeps every other line, also an unfinished one',
      '# mine\ndb ssh-rsa AAAA',
      '# mine\ndb ssh-rsa AAAA\n',
    ],
    ['does not take the end of a longer name for the name', `dev.web ssh-ed25519 ${bytes}\n`, undefined],
  ])('%s', async (_, before, kept = before) => {
    await ownHolding(before);
    await createHostKeys([], own, withFileLock).trust('web', 22, key);
    expect(await readFile(own, 'utf8')).toBe(`${kept}web ssh-ed25519 ${bytes}\n`);
  });

  it('writes a line once', async () => {
    const hostKeys = createHostKeys([], own, withFileLock);
    await hostKeys.trust('web', 2222, key);
    await hostKeys.trust('web', 2222, key);
    expect(await readFile(own, 'utf8')).toBe(`[web]:2222 ssh-ed25519 ${bytes}\n`);
  });

  it('fails by name, and writes nothing, when its lock is taken away', async () => {
    const stolen: typeof withFileLock = (path, work) =>
      withFileLock(path, () =>
        work(() => {
          throw new AppError('configuration-busy', { file: path });
        }),
      );
    const trusting = createHostKeys([], own, stolen).trust('web', 22, key);
    await expect(trusting).rejects.toMatchObject({ code: 'configuration-busy' });
    await expect(readFile(own, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('loses none of two processes that trust at once', async () => {
    const script = join(folder, 'writer.mts');
    await writeFile(
      script,
      `import { createHostKeys } from ${JSON.stringify(join(import.meta.dirname, 'hostKeys.ts'))};
       import { withFileLock } from ${JSON.stringify(join(import.meta.dirname, '../engine/store/fileLock.ts'))};
       const [own, prefix] = process.argv.slice(2);
       const hostKeys = createHostKeys([], own, withFileLock);
       await Promise.all(Array.from({ length: 10 }, (_, n) =>
         hostKeys.trust(prefix + n, 22, { keyType: 'ssh-ed25519', publicKey: Buffer.from('a key') })));`,
    );
    const writers = ['a', 'b'].map((prefix) =>
      spawn(process.execPath, ['--import', 'tsx', script, own, prefix], { stdio: 'inherit' }),
    );
    expect(await Promise.all(writers.map((writer) => once(writer, 'exit')))).toEqual([
      [0, null],
      [0, null],
    ]);
    const names = (await createHostKeys([], own, withFileLock).entries())
      .map(({ patterns }) => patterns)
      .sort();
    expect(names).toEqual(['a', 'b'].flatMap((one) => Array.from({ length: 10 }, (_, n) => one + String(n))));
  }, 60_000);
});

it("reads the system's files and ours, which may be missing", async () => {
  const system = join(folder, 'system');
  await writeFile(system, 'db ssh-rsa AAAA\n');
  const hostKeys = createHostKeys([system, join(folder, 'nowhere')], own, withFileLock);
  expect(await hostKeys.entries()).toMatchObject([{ patterns: 'db', file: system }]);
  await hostKeys.trust('web', 22, key);
  expect(await hostKeys.entries()).toMatchObject([{ file: system }, { patterns: 'web', file: own }]);
});

it('never takes a file of ours that cannot be read for an empty one', async () => {
  // A folder in place of the file cannot be read as a file, not even by root.
  await mkdir(own, { recursive: true });
  const hostKeys = createHostKeys([], own, withFileLock);
  await expect(hostKeys.entries()).rejects.toMatchObject({ code: 'not-permitted' });
  await expect(hostKeys.trust('web', 22, key)).rejects.toMatchObject({ code: 'not-permitted' });
});
