import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** How long the newest bytes may live in memory alone. */
const SYNC_MILLISECONDS = 1000;

/** A new file whose bytes are on disk a second after they were written: what a power cut may cost is bounded. */
export interface DurableFile {
  /** Writes all of the bytes at `position`. Throws what the disk says. */
  write(bytes: Uint8Array, position: number): void;
  /** All that was written is on disk when this returns. */
  sync(): void;
  truncate(length: number): void;
  /** Syncs and closes. */
  close(): void;
}

/** Makes the file (0600). Throws when it exists. */
export function createDurableFile(path: string): DurableFile {
  const file = openSync(path, 'wx', 0o600);
  let dirty = false;
  let timer: NodeJS.Timeout | undefined;
  let syncing = false;
  let closed = false;

  const soon = (): void => {
    timer ??= setTimeout(syncAside, SYNC_MILLISECONDS).unref();
  };
  // Not in the way of whoever writes: a slow disk would hold up a cancel. A failure shows when `sync` meets it.
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
      // The number of a closed file is given to the next one: never under a sync that is still under way.
      if (!syncing) closeSync(file);
    },
  };
}
