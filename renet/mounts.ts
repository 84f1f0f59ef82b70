import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The part that is read of a line of /proc/self/mountinfo. */
export interface Mount {
  mountPoint: string;
  source: string;
}

/** Reads the text of /proc/self/mountinfo (proc(5)). Returns the mounts in the order in which they were made. */
export function parseMounts(text: string): Mount[] {
  const unescape = (field: string): string =>
    field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      return {
        mountPoint: unescape(before.split(' ')[4] ?? ''),
        source: unescape(after.split(' ')[1] ?? ''),
      };
    });
}

/** Reads the mounts that this process sees. */
export async function readMounts(): Promise<Mount[]> {
  return parseMounts(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** Lists the mount points at and below some folders, the last made first, which is the order to unmount them in. */
export function mountsBelow(mounts: readonly Mount[], folders: readonly string[]): string[] {
  return mounts
    .map((mount) => mount.mountPoint)
    .filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`)))
    .reverse();
}

/** A process that keeps a folder busy. */
interface Holder {
  pid: number;
  name: string;
}

/**
 * Lists the processes that use a folder: their working directory, root, program, an open file or a mapping lies in it.
 */
export async function holdersOf(folder: string): Promise<Holder[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: Holder[] = [];
  for (const pid of pids) {
    if (await holds(pid, folder)) found.push({ pid: Number(pid), name: await nameOf(pid) });
  }
  return found;
}

async function holds(pid: string, folder: string): Promise<boolean> {
  const inside = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
  const base = join('/proc', pid);
  const descriptors = await readdir(join(base, 'fd')).catch(() => []);
  const links = ['cwd', 'root', 'exe', ...descriptors.map((name) => `fd/${name}`)];
  for (const link of links) {
    if (inside(await readlink(join(base, link)).catch(() => ''))) return true;
  }
  const maps = await readFile(join(base, 'maps'), 'utf8').catch(() => '');
  return maps.split('\n').some((line) => inside(line.slice(line.indexOf('/'))));
}

async function nameOf(pid: string): Promise<string> {
  return (await readFile(join('/proc', pid, 'comm'), 'utf8').catch(() => 'ended')).trim();
}
