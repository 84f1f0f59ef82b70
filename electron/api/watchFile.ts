import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';

/**
 * Calls `changed` whenever another program may have changed the file `name` of a folder (absolute; made when missing),
 * until the returned function is called. Where the system cannot watch more files, or the folder cannot be made,
 * `changed` is never called: whoever reads the file gets the error.
 */
export async function watchFile(folder: string, name: string, changed: () => void): Promise<() => void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const watcher = watch(folder, (_, file) => {
      if (file === name) changed();
    });
    // A watcher that fails stops by itself.
    watcher.on('error', () => undefined);
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
