import { chmod, chown, mkdir, readFile, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { growVolume } from './growVolume.ts';
import { exists, hasCode, listIfThere, removeIfThere, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { holdersOf, mountsBelow, readMounts } from '../mounts.ts';
import { linkName, unlinkName } from './nameLinks.ts';
import {
  daemonFolder,
  mapperDevice,
  mapperName,
  metadataFile,
  mountPath,
  partialFile,
  privateFolder,
  repositoriesFolder,
  volumeFile,
} from '../paths.ts';
import type { Paths } from '../paths.ts';

/** What the steps on a volume need to know of its repository. */
export interface VolumeOf {
  guid: string;
  name: string;
  networkId: number;
}

export interface Volumes {
  allocate(guid: string, size: number): Promise<void>;
  format(guid: string, passphrase: Uint8Array): Promise<void>;
  /** Opens the volume (the unfinished one while it is being made). False: it was open already. */
  open(repository: VolumeOf, passphrase: Uint8Array, file: string, slot?: 0 | 1): Promise<boolean>;
  makeFileSystem(guid: string): Promise<void>;
  mount(repository: VolumeOf): Promise<void>;
  handOver(guid: string, owner: { uid: number; gid: number }): Promise<void>;
  commit(repository: VolumeOf): Promise<void>;
  /** Throws mount-busy with the holders; `endHolders` ends them instead and answers who they were. */
  unmount(repository: VolumeOf, options?: { endHolders: boolean }): Promise<string>;
  close(repository: VolumeOf): Promise<void>;
  remove(repository: VolumeOf): Promise<void>;
  /** Makes the link that is a repository's name lead to it, and no other link. */
  link(repository: VolumeOf): Promise<void>;
  /** Grows a mounted volume to `size` bytes (growVolume.ts). */
  grow(repository: VolumeOf, size: number, key: Uint8Array): Promise<boolean>;
  isOpen(guid: string): Promise<boolean>;
  isMounted(guid: string): Promise<boolean>;
}

/** Where the kernel tells of block devices (sysfs). */
const BLOCK_DEVICES = '/sys/block';

/** cryptsetup's exit code for "no key available with this passphrase" (cryptsetup(8), RETURN CODES). */
const NO_PERMISSION = 2;

/** Works on LUKS volumes by cryptsetup, mount and mkfs. */
export function createVolumes(paths: Paths, run: RunCommand, blockDevices = BLOCK_DEVICES): Volumes {
  const isMounted = async (guid: string): Promise<boolean> =>
    (await readMounts()).some(
      (mount) => mount.mountPoint === mountPath(paths, guid) && mount.source === mapperDevice(guid),
    );
  const isOpen = async (guid: string): Promise<boolean> => exists(mapperDevice(guid));

  return {
    isMounted,
    isOpen,
    allocate: async (guid, size) => {
      const file = partialFile(paths, guid);
      await run(['fallocate', '-l', String(size), file]);
      await chmod(file, 0o600);
    },
    format: async (guid, passphrase) => {
      const options = [
        '--batch-mode',
        '--type',
        'luks2',
        '--pbkdf',
        'argon2id',
        '--key-slot',
        '0',
        '--key-file',
        '-',
      ];
      await run(['cryptsetup', 'luksFormat', ...options, partialFile(paths, guid)], { input: passphrase });
    },
    open: async (repository, passphrase, file, slot) => {
      const { guid, name } = repository;
      if (await isOpen(guid)) return false;
      await refuseOpenElsewhere(name, file, blockDevices);
      const only = slot === undefined ? [] : ['--key-slot', String(slot)];
      const options = ['--type', 'luks2', '--serialize-memory-hard-pbkdf', ...only, '--key-file', '-'];
      const opened = await run(['cryptsetup', 'open', ...options, file, mapperName(guid)], {
        input: passphrase,
        expected: [0, 1, NO_PERMISSION],
      });
      if (opened.exitCode === NO_PERMISSION) throw new AppError('wrong-passphrase', { name });
      if (opened.exitCode === 0) return true;
      const reason = opened.stderr.trim();
      if (/not a valid LUKS/i.test(reason)) throw new AppError('not-a-repository-volume', { name });
      throw new AppError('step-failed', { step: 'cryptsetup open', reason });
    },
    makeFileSystem: async (guid) => {
      await run(['mkfs.ext4', '-q', '-m', '0', mapperDevice(guid)]);
    },
    mount: async ({ guid, name }) => {
      if (await isMounted(guid)) return;
      const point = mountPath(paths, guid);
      await mkdir(point, { recursive: true, mode: 0o755 });
      // Nothing may ever be written here while the volume is closed: a service that starts on an empty folder makes
      // a second, empty database.
      await run(['chattr', '+i', point]);
      // The name first: what fails after the mount would leave the volume in use, and its rollback could not close it.
      await linkName(paths, guid, name);
      await run(['mount', '-o', 'noatime', mapperDevice(guid), point]);
    },
    handOver: async (guid, owner) => {
      const root = mountPath(paths, guid);
      await chown(root, owner.uid, owner.gid);
      await chmod(root, 0o750);
      await mkdir(privateFolder(paths, guid), { mode: 0o700 });
    },
    link: async ({ guid, name }) => {
      // One that was never mounted here has no folder that a name could lead to.
      if (await exists(mountPath(paths, guid))) await linkName(paths, guid, name);
    },
    grow: (repository, size, key) => growVolume(paths, run, repository, size, key),
    commit: async ({ guid }) => {
      await rename(partialFile(paths, guid), volumeFile(paths, guid));
      await syncPath(repositoriesFolder(paths));
    },
    unmount: async ({ guid, name, networkId }, { endHolders } = { endHolders: false }) => {
      const below = mountsBelow(await readMounts(), [mountPath(paths, guid), daemonFolder(paths, networkId)]);
      const ended = new Set<string>();
      for (const point of below) {
        if (endHolders) for (const holder of await unmountSurely(run, point, name)) ended.add(holder);
        else await unmountOne(run, point, name);
      }
      return [...ended].join(', ');
    },
    close: async ({ guid, networkId }) => {
      // The empty, immutable mount point stays: without it a stray `mkdir -p` would make a writable one.
      if (await isOpen(guid)) await run(['cryptsetup', 'close', mapperName(guid)]);
      await removeIfThere(daemonFolder(paths, networkId));
    },
    remove: async (repository) => {
      const { guid } = repository;
      await unlinkName(paths, guid);
      await removeMountPoint(paths, run, guid);
      // Back to its unfinished name first: what a power cut leaves of a deletion is collected, never "damaged".
      if (await exists(volumeFile(paths, guid)))
        await rename(volumeFile(paths, guid), partialFile(paths, guid));
      await removeIfThere(metadataFile(paths, guid));
      await removeIfThere(partialFile(paths, guid));
      await syncPath(repositoriesFolder(paths));
    },
  };
}

async function unmountOne(run: RunCommand, point: string, name: string): Promise<void> {
  const done = await run(['umount', point], { expected: [0, 1, 32] });
  if (done.exitCode === 0) return;
  const holders = await holdersOf(point);
  const words = holders.map((holder) => `${holder.name} (${holder.pid})`).join(', ');
  throw new AppError('mount-busy', { name, holders: words || done.stderr.trim() });
}

const HOLDERS_PAUSE_MILLISECONDS = 500;
const HOLDERS_TERMINATE_TRIES = 10;
const HOLDERS_KILL_TRIES = 20;

/** Unmounts although processes use it: they are asked to end, and five seconds later are ended. Never lazily. */
async function unmountSurely(run: RunCommand, point: string, name: string): Promise<Set<string>> {
  const ended = new Set<string>();
  for (let tries = 1; ; tries += 1) {
    try {
      await unmountOne(run, point, name);
      return ended;
    } catch (error) {
      if (tries > HOLDERS_KILL_TRIES) throw error;
      for (const holder of await holdersOf(point)) {
        ended.add(`${holder.name} (${holder.pid})`);
        endProcess(holder.pid, tries > HOLDERS_TERMINATE_TRIES ? 'SIGKILL' : 'SIGTERM');
      }
      await new Promise((resolve) => setTimeout(resolve, HOLDERS_PAUSE_MILLISECONDS));
    }
  }
}

function endProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** Refuses a volume that somebody opened by hand: a loop device on its file that is not below our own mapper. */
export async function refuseOpenElsewhere(
  name: string,
  file: string,
  blockDevices = BLOCK_DEVICES,
): Promise<void> {
  for (const device of await listIfThere(blockDevices)) {
    if (!device.startsWith('loop')) continue;
    const backing = await readFile(join(blockDevices, device, 'loop/backing_file'), 'utf8').catch(() => '');
    if (backing.trim() !== file) continue;
    const [holder] = await readdir(join(blockDevices, device, 'holders')).catch(() => []);
    // A loop device alone, left by an interrupted open, holds nobody's data back: cryptsetup takes another.
    if (holder !== undefined) throw new AppError('volume-open-elsewhere', { name, device: `/dev/${holder}` });
  }
}

async function removeMountPoint(paths: Paths, run: RunCommand, guid: string): Promise<void> {
  const point = mountPath(paths, guid);
  if (!(await exists(point))) return;
  await run(['chattr', '-i', point]);
  await rmdir(point);
}
