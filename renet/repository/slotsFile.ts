import { lstat } from 'node:fs/promises';
import { parseSlotsFile, renderSlotsFile } from '../../shared/network/slots.ts';
import type { SlotsFile } from '../../shared/network/slots.ts';
import { holdingLock, prepareLocks } from '../fileLock.ts';
import { replaceAlone } from '../host.ts';
import { mountPath, slotsFile, slotsLockFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { readInsideIfThere } from './insideFile.ts';

/** The time for which a change of the file waits for another; one takes as long as reading the compose files. */
const LOCK_SECONDS = 60;

/**
 * Reads the `.rediacc.json` of a mounted repository, never through a link. Throws slots-file-invalid, unsafe-path,
 * file-too-large.
 */
export async function readSlots(paths: Paths, guid: string): Promise<SlotsFile> {
  return (await readSlotsIfThere(paths, guid)) ?? { services: {} };
}

async function readSlotsIfThere(paths: Paths, guid: string): Promise<SlotsFile | undefined> {
  const text = await readInsideIfThere(mountPath(paths, guid), '.rediacc.json');
  return text === undefined ? undefined : parseSlotsFile(text, slotsFile(paths, guid));
}

/** What a change of the file makes: its new contents, absent to leave it, and an answer for whoever asked. */
interface SlotsChange<Answer> {
  file?: SlotsFile;
  answer: Answer;
}

/**
 * Changes the `.rediacc.json` of a mounted repository, one change at a time: an operation and any number of `renet
 * compose` calls may want to at once, and only the operation holds the repository's lock. `change` gets what is there,
 * undefined for no file. A new file belongs to the owner of the repository's root. Throws as readSlots does; machine-busy,
 * disk-full.
 */
export async function changeSlots<Answer>(
  paths: Paths,
  guid: string,
  change: (now: SlotsFile | undefined) => SlotsChange<Answer>,
): Promise<Answer> {
  await prepareLocks(paths);
  return holdingLock(slotsLockFile(paths, guid), LOCK_SECONDS, async () => {
    const { file, answer } = change(await readSlotsIfThere(paths, guid));
    if (file === undefined) return answer;
    const { uid, gid } = await lstat(mountPath(paths, guid));
    await replaceAlone(slotsFile(paths, guid), renderSlotsFile(file), { mode: 0o644, uid, gid });
    return answer;
  });
}
