import { parseSlotsFile } from '../../shared/network/slots.ts';
import type { SlotsFile } from '../../shared/network/slots.ts';
import { readInsideIfThere } from './insideFile.ts';
import { mountPath, slotsFile } from '../paths.ts';
import type { Paths } from '../paths.ts';

/**
 * Reads the `.rediacc.json` of a mounted repository, never through a link. Throws slots-file-invalid, unsafe-path,
 * file-too-large.
 */
export async function readSlots(paths: Paths, guid: string): Promise<SlotsFile> {
  const text = await readInsideIfThere(mountPath(paths, guid), '.rediacc.json');
  return parseSlotsFile(text, slotsFile(paths, guid));
}
