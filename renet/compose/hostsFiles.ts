import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { hostsText, ownHostsOf } from '../../shared/network/hostsFile.ts';
import { addressOf } from '../../shared/network/network.ts';
import { serviceSlots } from '../../shared/network/slots.ts';
import { holdingLock, prepareLocks } from '../fileLock.ts';
import { listIfThere, readTextIfThere } from '../host.ts';
import { hostsFolder, slotsLockFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { readSlots } from '../repository/slotsFile.ts';

/** The time for which a change of these files waits for another. */
const LOCK_SECONDS = 60;

/** The repository whose services the files name. */
interface Named {
  guid: string;
  networkId: number;
}

/** Returns the hosts file for services whose own `extra_hosts` have these lines; '' for those without any. */
export function hostsFileFor(paths: Paths, networkId: number, own: string): string {
  const name = own === '' ? 'services' : createHash('sha256').update(own).digest('hex').slice(0, 32);
  return join(hostsFolder(paths, networkId), name);
}

/**
 * Brings the hosts files of a repository up to date: those that are there, and those for these lines of `extra_hosts`. A
 * running container has the file itself mounted, and so sees a new name at once; therefore the file is written in place,
 * and never replaced (docs/decisions/names-of-services.md). Throws as readSlots does; machine-busy.
 */
export async function keepHostsFiles(
  paths: Paths,
  repository: Named,
  owns: readonly string[] = [],
): Promise<void> {
  const folder = hostsFolder(paths, repository.networkId);
  if ((await staleFiles(paths, repository, owns)).length === 0) return;
  await prepareLocks(paths);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Slots change under the same lock, so the files are compared once more when it is held.
  await holdingLock(slotsLockFile(paths, repository.guid), LOCK_SECONDS, async () => {
    for (const { path, text } of await staleFiles(paths, repository, owns)) await writeInPlace(path, text);
  });
}

/** Returns the files whose text is not what it should be, each with that. */
async function staleFiles(
  paths: Paths,
  { guid, networkId }: Named,
  owns: readonly string[],
): Promise<{ path: string; text: string }[]> {
  const folder = hostsFolder(paths, networkId);
  const machine = (await readTextIfThere('/etc/hosts')) ?? '';
  const services = serviceSlots(await readSlots(paths, guid)).map(({ name, slot }) => {
    return { name, address: addressOf(networkId, slot) };
  });
  const wanted = new Map(['', ...owns].map((own) => [hostsFileFor(paths, networkId, own), own]));
  const stale = [];
  const there = (await listIfThere(folder)).map((name) => join(folder, name));
  for (const path of new Set([...there, ...wanted.keys()])) {
    const now = await readTextIfThere(path);
    const text = hostsText({ own: wanted.get(path) ?? ownHostsOf(now ?? ''), services, machine });
    if (text !== now) stale.push({ path, text });
  }
  return stale;
}

/** Writes a file's new text over the old one in one go, and cuts off what is left of a longer one. */
async function writeInPlace(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  try {
    const bytes = Buffer.from(text);
    await file.write(bytes, 0, bytes.length, 0);
    await file.truncate(bytes.length);
    await file.chmod(0o644);
  } finally {
    await file.close();
  }
}
