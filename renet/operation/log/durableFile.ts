import { open } from 'node:fs/promises';
import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { toAppError } from '../../../shared/errors.ts';
import { hasCode } from '../../host.ts';

/** The longest that written bytes may be in memory alone. */
const SYNC_MILLISECONDS = 1000;

/**
 * A file whose bytes are on disk within a second after they were written, so that a power cut costs no more than that
 * second.
 */
export interface DurableFile {
  /** Writes all of the bytes at `position`. Throws the system's error, such as ENOSPC. */
  write(bytes: Uint8Array, position: number): void;
  /** Returns once everything written so far is on disk. */
  sync(): void;
  truncate(length: number): void;
  /** Syncs and closes. */
  close(): void;
}

/** Makes the file, with mode 0600. Throws when it exists. */
export function createDurableFile(path: string): DurableFile {
  const file = openSync(path, 'wx', 0o600);
  let dirty = false;
  let timer: NodeJS.Timeout | undefined;
  let syncing = false;
  let closed = false;

  const soon = (): void => {
    timer ??= setTimeout(syncAside, SYNC_MILLISECONDS).unref();
  };
  // In the background: a slow disk would hold up the writer, and with it a cancel. A failure shows in the next `sync`.
  const syncAside = (): void => {
    timer = undefined;
    if (!dirty || syncing) return;
    dirty = false;
    syncing = true;
    fdatasync(file, (error) => {
      syncing = false;
      if (closed) {
        closeSync(file);
        return;
      }
      if (error !== null) dirty = true;
      if (dirty) soon();
    });
  };
  const sync = (): void => {
    if (!dirty && !syncing) return;
    fdatasyncSync(file);
    dirty = false;
  };

  return {
    write: (bytes, position) => {
      dirty = true;
      soon();
      let done = 0;
      while (done < bytes.length) done += writeSync(file, bytes, done, bytes.length - done, position + done);
    },
    sync,
    truncate: (length) => ftruncateSync(file, length),
    close: () => {
      clearTimeout(timer);
      sync();
      closed = true;
      // A closed file's number is given to the next file that is opened, so it is not closed while a sync of it is
      // under way.
      if (!syncing) closeSync(file);
    },
  };
}

/**
 * Appends whole lines to a file, which is made with mode 0600; they are on disk when this resolves. A line that a power cut
 * left half does not take the next one with it, and a failure leaves nothing of these. Throws the system's error.
 */
export async function appendDurably(path: string, lines: string): Promise<void> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const begin = bytesRead === 1 && buffer[0] !== 0x0a ? '\n' : '';
    try {
      await file.appendFile(begin + lines);
      await file.datasync();
    } catch (error) {
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
  } finally {
    await file.close();
  }
}

/** Tells whether an error means that the disk takes no more: it is full, can only be read, or fails. */
export function takesNoMore(error: unknown): boolean {
  return ['disk-full', 'disk-read-only'].includes(toAppError(error).code) || hasCode(error, 'EIO');
}
