import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { createVolumes } from './volumes.ts';

const shop = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop', networkId: 2816 };
const BEFORE = 64 * 1024;

let paths: Paths;
let file: string;
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-grow-'));
  paths = { datastore, run: join(datastore, 'run') };
  file = volumeFile(paths, shop.guid);
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  writeFileSync(file, Buffer.alloc(BEFORE, 7));
});
afterEach(() => rmSync(paths.datastore, { recursive: true, force: true }));

/** Makes a machine on true files; commands that need true devices are noted and only answered. */
function machine(answers: Record<string, number> = {}) {
  const asked: string[] = [];
  const run: RunCommand = async (command, options = {}) => {
    const [program = ''] = command;
    if (program === 'fallocate' && answers[program] === undefined) return runCommand(command, options);
    asked.push([program, ...(options.input === undefined ? [] : [Buffer.from(options.input)])].join(' '));
    const exitCode = answers[program] ?? 0;
    if (!(options.expected ?? [0]).includes(exitCode))
      throw new AppError('command-failed', { command: program, exitCode, output: '' });
    return Promise.resolve({ exitCode, stdout: '', stderr: '' });
  };
  return { asked, volumes: createVolumes(paths, run) };
}

describe('growing a volume', () => {
  it('grows its file for good, then what stands on it; the key travels on standard input', async () => {
    const { asked, volumes } = machine();
    expect(await volumes.grow(shop, 1024 * 1024, Buffer.from('secret'))).toBe(true);
    const { size, blocks } = statSync(file);
    expect([size, blocks * 512 >= size]).toEqual([1024 * 1024, true]);
    // The last is the sync: what the verdict says is on disk.
    expect(asked).toEqual(['cryptsetup secret', 'resize2fs', 'sync']);
    expect(await volumes.grow(shop, 1024 * 1024, Buffer.from('secret'))).toBe(false);
    const again = ['cryptsetup secret', 'resize2fs', 'sync'];
    expect(asked).toEqual([...again, ...again]);
  });

  it('leaves the file as it was when there is no room for all of it', async () => {
    const { asked, volumes } = machine();
    // Larger than any disk, and still a length that `fallocate` accepts.
    await expect(volumes.grow(shop, 2 ** 43, Buffer.from('secret'))).rejects.toBeInstanceOf(AppError);
    expect([statSync(file).size, asked]).toEqual([BEFORE, []]);
  });

  it('says so when the passphrase is another one', async () => {
    const { volumes } = machine({ cryptsetup: 2 });
    await expect(volumes.grow(shop, BEFORE, Buffer.from('secret'))).rejects.toMatchObject({
      code: 'wrong-passphrase',
      details: { name: 'shop' },
    });
  });
});
