import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as Files from 'node:fs';
import type * as FilePromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeAtomically } from './host.ts';
import { createLog } from './operation/log/operationLog.ts';
import { mountPath, repositoriesFolder, volumeFile } from './paths.ts';
import { removeVolume } from './volume/removeVolume.ts';

/** The calls that go to the disk, in order, such as "sync events.jsonl". The true calls are made too. */
const calls = vi.hoisted((): string[] => []);
const names = vi.hoisted(() => new Map<number, string>());

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof Files>();
  return {
    ...real,
    openSync: (path: string, ...more: [string, number]) => {
      const file = real.openSync(path, ...more);
      names.set(file, path.split('/').at(-1) ?? '');
      return file;
    },
    writeSync: (file: number, ...more: [Uint8Array, number, number, number]) => {
      calls.push(`write ${names.get(file) ?? ''}`);
      return real.writeSync(file, ...more);
    },
    fdatasyncSync: (file: number) => {
      calls.push(`sync ${names.get(file) ?? ''}`);
      real.fdatasyncSync(file);
    },
  };
});

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof FilePromises>();
  const shown = (path: unknown): string =>
    String(path)
      .split('/')
      .at(-1)
      ?.replace(/\.[0-9a-f]{16}$/, '') ?? '';
  return {
    ...real,
    open: async (...words: Parameters<typeof real.open>) => {
      const file = await real.open(...words);
      const sync = file.sync.bind(file);
      file.sync = () => {
        calls.push(`sync ${shown(words[0])}`);
        return sync();
      };
      return file;
    },
    rename: async (from: string, to: string) => {
      calls.push(`rename ${shown(from)} ${shown(to)}`);
      return real.rename(from, to);
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-syncs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a file is replaced only when its bytes are on disk, and the new name lasts', async () => {
  calls.length = 0;
  await writeAtomically(join(folder, 'a.json'), 'text', { mode: 0o600 });
  expect(calls).toEqual(['sync .a.json', 'rename .a.json a.json', `sync ${basename(folder)}`]);
  expect([readdirSync(folder), readFileSync(join(folder, 'a.json'), 'utf8')]).toEqual([['a.json'], 'text']);
});

it("an operation's output is on disk before the event that follows it, and the event when it was told", async () => {
  const log = await createLog(join(folder, 'operation'), Date.now);
  const output = 'output.000000000000000';
  calls.length = 0;
  log.output(Buffer.from('said'));
  log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
  expect(calls).toEqual([`write ${output}`, `sync ${output}`, 'write events.jsonl', 'sync events.jsonl']);
  log.close();
});

it('what a refused deletion puts back is put back on disk too, before it is told', async () => {
  const paths = { datastore: folder, run: '/nowhere' };
  const guid = '0e6b1a52-0000-4000-8000-000000000000';
  mkdirSync(repositoriesFolder(paths));
  writeFileSync(volumeFile(paths, guid), '');
  mkdirSync(join(mountPath(paths, guid), 'somebody'), { recursive: true });
  const nothing = () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
  calls.length = 0;
  await expect(removeVolume(paths, nothing, { guid, name: 'shop' })).rejects.toThrow('ENOTEMPTY');
  expect(calls).toEqual([
    `rename ${guid} ${guid}.partial`,
    'sync repositories',
    `rename ${guid}.partial ${guid}`,
    'sync repositories',
  ]);
});
