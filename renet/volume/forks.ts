import { randomBytes, randomUUID } from 'node:crypto';
import { constants, copyFile, open, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { frozen } from './freeze.ts';
import { hasCode, removeIfThere, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { withKeys } from './autostartKeys.ts';
import { emptyAutostartSlot } from './autostartSlot.ts';
import { mountPath, partialFile, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** The repository whose volume is copied, and the GUID of its fork. */
export interface ForkOf {
  parent: { guid: string; name: string };
  guid: string;
}

/** The copying of volumes. A copy goes to the fork's unfinished volume. */
export interface Forks {
  /** Tells whether the datastore's file system can copy a file by sharing its blocks (reflink). */
  canShare(): Promise<boolean>;
  /** Copies a volume of any size in one moment. A mounted one is frozen for that moment. */
  share(fork: ForkOf, mounted: boolean): Promise<void>;
  /**
   * Copies byte by byte, and calls `tell` with the bytes copied so far. Returns false when `signal` ended it. Throws
   * disk-full.
   */
  copy(fork: ForkOf, tell: (done: number) => void, signal: AbortSignal): Promise<boolean>;
  /**
   * Removes the parent's autostart key from the copy and gives it a LUKS UUID of its own. Throws autostart-slot-needed,
   * passphrase-unproven.
   */
  renew(fork: ForkOf): Promise<void>;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
/**
 * The bytes after which a copy waits for the disk, so that its progress counts what is on disk and a cancel is quick.
 */
const SYNC_BYTES = 16 * CHUNK_BYTES;

/** Makes the copier of volumes on this machine (docs/decisions/forks.md). */
export function createForks(paths: Paths, run: RunCommand): Forks {
  return {
    canShare: () => canShare(repositoriesFolder(paths)),
    share: async ({ parent, guid }, mounted) => {
      const file = partialFile(paths, guid);
      const clone = (): Promise<void> =>
        copyFile(volumeFile(paths, parent.guid), file, constants.COPYFILE_FICLONE_FORCE);
      if (mounted) await frozen(run, mountPath(paths, parent.guid), guid, clone);
      else await clone();
      await syncPath(file);
    },
    copy: async ({ parent, guid }, tell, signal) => {
      const from = await open(volumeFile(paths, parent.guid), 'r');
      try {
        const { size } = await from.stat();
        await run(['fallocate', '-l', String(size), partialFile(paths, guid)]);
        const to = await open(partialFile(paths, guid), 'r+');
        try {
          return await copyBytes(from, to, tell, signal);
        } finally {
          await to.close();
        }
      } finally {
        await from.close();
      }
    },
    renew: async ({ parent, guid }) => {
      const file = partialFile(paths, guid);
      const volume = { run, file, name: parent.name };
      // Passphrases that were added by hand stay, in slot 1 too; the last key that opens the copy is not removed.
      await withKeys(paths, parent.guid, (keys) => emptyAutostartSlot(volume, keys));
      await run(['cryptsetup', 'luksUUID', '--batch-mode', '--uuid', randomUUID(), file]);
      await syncPath(file);
    },
  };
}

/** The error codes of file systems that cannot share blocks (ioctl_ficlone(2)). */
const CANNOT_SHARE = ['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOTTY', 'ENOSYS'];

/** Tells whether files in a folder can share blocks. It tries, because it depends on how an XFS was made. */
async function canShare(folder: string): Promise<boolean> {
  const probe = join(folder, `.reflink-${randomBytes(8).toString('hex')}`);
  try {
    await writeFile(probe, 'probe', { flag: 'wx', mode: 0o600 });
    await copyFile(probe, `${probe}.copy`, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (hasCode(error, ...CANNOT_SHARE)) return false;
    throw error;
  } finally {
    await removeIfThere(probe);
    await removeIfThere(`${probe}.copy`);
  }
}

/** Copies a file into a preallocated one. Returns false when `signal` ended it. */
async function copyBytes(
  from: FileHandle,
  to: FileHandle,
  tell: (done: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const zeros = Buffer.alloc(CHUNK_BYTES);
  for (let at = 0; !signal.aborted;) {
    const { bytesRead } = await from.read(buffer, 0, CHUNK_BYTES, at);
    if (bytesRead === 0) {
      await to.sync();
      return true;
    }
    const bytes = buffer.subarray(0, bytesRead);
    // Zeros need not be written: a preallocated file reads as zeros.
    if (!bytes.equals(zeros.subarray(0, bytesRead))) await writeAll(to, bytes, at);
    at += bytesRead;
    if (at % SYNC_BYTES === 0) await to.datasync();
    tell(at);
  }
  return false;
}

async function writeAll(to: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await to.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}
