import { lstat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/model.ts';
import { parseSlotsFile, releaseSlot, renderSlotsFile } from '../../../shared/slots.ts';
import { containersOf } from '../../docker/engineApi.ts';
import { gatherServices } from '../../compose/composeFiles.ts';
import { listRepositoryFolders } from '../../repository/folders.ts';
import { writeAtomically } from '../../host.ts';
import { readInsideIfThere } from '../../repository/insideFile.ts';
import { withMachineLock } from '../locks.ts';
import { dockerSocket, mountPath, slotsFile } from '../../paths.ts';
import { rename } from '../../repository/repositories.ts';
import type { StepDependencies } from '../stepDependencies.ts';

/** States of a container that has processes, or will again by itself. */
const RUNS = ['running', 'paused', 'restarting'];

/** Gives the repository its new name: metadata and link. A second try completes an interrupted one. */
export async function renameRepository({ machine, repository, options }: StepDependencies): Promise<Outcome> {
  const { paths, volumes } = machine;
  const renamed = await withMachineLock(paths, async () => {
    const metadata = await rename(paths, repository.guid, options.newName ?? '');
    await volumes.link(metadata);
    return metadata;
  });
  return renamed.name === repository.name ? 'already' : 'succeeded';
}

/** Gives back the slot of a service that no compose file has and nothing of which runs. */
export async function releaseServiceSlot(work: StepDependencies): Promise<Outcome> {
  const { machine, repository, options } = work;
  const { paths, volumes, daemons } = machine;
  const { guid, name, networkId } = repository;
  const service = options.service ?? '';
  // The volume may have been taken away by hand since the plan: nothing is written beneath the mount.
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const root = mountPath(paths, guid);
  const file = slotsFile(paths, guid);
  const released = releaseSlot(parseSlotsFile(await readInsideIfThere(root, '.rediacc.json'), file), service);
  if (released === undefined) throw new AppError('service-not-found', { name, service });
  const found = await gatherServices(root, await listRepositoryFolders(root));
  const inUse = (reason: string): AppError => new AppError('slot-in-use', { name, service, reason });
  if (found.services.includes(service)) throw inUse('a compose file has it');
  const containers = (await daemons.isUp(networkId)) ? await containersOf(dockerSocket(networkId)) : [];
  const running = containers.find((one) => one.service === service && RUNS.includes(one.state));
  if (running !== undefined) throw inUse(`${running.name} (${running.state})`);
  const { uid, gid } = await lstat(root);
  await writeAtomically(file, renderSlotsFile(released.file), { mode: 0o644, uid, gid });
  work.notice({ code: 'slot-released', details: { service, slot: released.slot } });
  return 'succeeded';
}
