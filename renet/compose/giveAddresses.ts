import { assignedNotice, assignSlots } from '../../shared/network/slots.ts';
import type { SlotsFile } from '../../shared/network/slots.ts';
import type { Notice } from '../../shared/notices.ts';
import { mountPath } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { listRepositoryFolders } from '../repository/folders.ts';
import { changeSlots } from '../repository/slotsFile.ts';
import { gatherServices } from './composeFiles.ts';
import type { ReadProject } from './composeFiles.ts';

/**
 * Gives addresses to services that no up has seen, because only `-f` or a folder without a Rediaccfile brings them
 * (docs/decisions/slots-and-addresses.md). Those that an up would see come first, so that each gets the address that it
 * would have had from there. Returns the slots as they are then, and the notices about what was given. Throws
 * too-many-services, colliding-names, and as changeSlots does.
 */
export async function giveAddresses(
  { readProject, ...paths }: Paths & { readProject: ReadProject },
  guid: string,
  services: readonly string[],
): Promise<{ slots: SlotsFile; notices: Notice[] }> {
  const root = mountPath(paths, guid);
  // A broken compose file in another folder does not keep this folder's services from starting.
  const seen = await listRepositoryFolders(root)
    .then((folders) => gatherServices(readProject, root, folders))
    .catch(() => ({ services: [] }));
  return changeSlots(paths, guid, (now) => {
    const first = assignSlots(now ?? { services: {} }, seen.services);
    const second = assignSlots(first.file, services);
    const added = [...first.added, ...second.added];
    const answer = {
      slots: second.file,
      // Another call may have given them just before.
      notices: added.length === 0 ? [] : [...second.notices, assignedNotice(added)],
    };
    return added.length === 0 ? { answer } : { file: second.file, answer };
  });
}
