import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { listIfThere } from '../host.ts';
import { readMounts } from '../mounts.ts';
import { mapperDevice } from '../paths.ts';

/** The folder in which the kernel lists block devices (sysfs). */
export const BLOCK_DEVICES = '/sys/block';

/**
 * Checks that nobody opened a volume by hand: that no device stands on a loop device of its file. Call it while the
 * volume is closed here. Throws volume-open-elsewhere.
 */
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
    // A loop device with nothing on it, left by an interrupted open, does no harm: cryptsetup takes another one.
    if (holder !== undefined) throw new AppError('volume-open-elsewhere', { name, device: `/dev/${holder}` });
  }
}

/**
 * Checks that an open volume, whose own mount is gone, is mounted nowhere else by hand. Throws volume-open-elsewhere, with
 * the place.
 */
export async function refuseMountedElsewhere({ guid, name }: { guid: string; name: string }): Promise<void> {
  const found = (await readMounts()).find(({ source }) => source === mapperDevice(guid));
  if (found === undefined) return;
  throw new AppError('volume-open-elsewhere', { name, device: `${found.source} (${found.mountPoint})` });
}
