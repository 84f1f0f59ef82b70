import { readdir, realpath, stat, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { hasCode, syncFileSystem, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { mapperDevice, mapperName, mountPath, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** cryptsetup's exit code for "no key available with this passphrase" (cryptsetup(8), RETURN CODES). */
const NO_PERMISSION = 2;

/**
 * Grows a mounted volume to `size` bytes: its file, the devices on it, the file system. Programs that use it go on.
 * Each part may be repeated, so a second try completes an interrupted one. `key` is the passphrase or the autostart
 * key. Returns false when the file had that size. Throws disk-full, with the file as it was, and wrong-passphrase.
 */
export async function growVolume(
  paths: Paths,
  run: RunCommand,
  { guid, name }: { guid: string; name: string },
  size: number,
  key: Uint8Array,
): Promise<boolean> {
  const file = volumeFile(paths, guid);
  const before = (await stat(file)).size;
  if (size > before) await growFile(run, file, before, size);
  for (const loop of await loopsUnder(mapperDevice(guid))) await run(['losetup', '--set-capacity', loop]);
  const resized = await run(['cryptsetup', 'resize', '--key-file', '-', mapperName(guid)], {
    input: key,
    expected: [0, NO_PERMISSION],
  });
  if (resized.exitCode === NO_PERMISSION) throw new AppError('wrong-passphrase', { name });
  await run(['resize2fs', mapperDevice(guid)]);
  await syncFileSystem(run, mountPath(paths, guid));
  return size > before;
}

/**
 * Preallocates the new part of the file. If there is no room for all of it, the file is cut back to its old size, which
 * is safe because nothing uses the new part yet.
 */
async function growFile(run: RunCommand, file: string, before: number, size: number): Promise<void> {
  try {
    await run(['fallocate', '--offset', String(before), '--length', String(size - before), file]);
  } catch (error) {
    await truncate(file, before);
    throw error;
  }
  // The file system must never be larger on disk than the file that holds it.
  await syncPath(file);
}

/** Lists the loop devices below a mapped device. */
async function loopsUnder(device: string): Promise<string[]> {
  try {
    const slaves = await readdir(join('/sys/block', basename(await realpath(device)), 'slaves'));
    return slaves.filter((slave) => slave.startsWith('loop')).map((slave) => `/dev/${slave}`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
