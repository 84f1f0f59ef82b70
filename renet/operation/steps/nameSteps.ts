import { AppError } from '../../../shared/errors.ts';
import { releaseSlot } from '../../../shared/network/slots.ts';
import { containersOf, isAlive } from '../../docker/containers.ts';
import { gatherServices } from '../../compose/composeFiles.ts';
import { listRepositoryFolders } from '../../repository/folders.ts';
import { changeSlots, readSlots } from '../../repository/slotsFile.ts';
import { withMachineLock } from '../locks.ts';
import { dockerSocket, mountPath } from '../../paths.ts';
import type { MachineDependencies } from '../../machineDependencies.ts';
import { reachOf } from '../../repository/allowed.ts';
import { networkRival, takeNetworkId } from '../../repository/networkIds.ts';
import { knownRepositories, renameInMetadata, writeMetadata } from '../../repository/repositories.ts';
import type { RepositoryMetadata } from '../../../shared/metadata.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { changed, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';

/** Returns the step that renames the repository. */
export function renamePerformers(
  dependencies: StepDependencies,
  { newName }: OptionsOf<'rename'>,
): Performers<'rename'> {
  return { rename: async () => changed(await renameRepository(dependencies, newName)) };
}

/** Returns the step that gives the repository a network id of its own. */
export function renumberPerformers(dependencies: StepDependencies): Performers<'renumber'> {
  return { renumber: async () => changed(await renumberRepository(dependencies)) };
}

/** Returns the step that gives back the slot of a service. */
export function releaseSlotPerformers(
  dependencies: StepDependencies,
  { service }: OptionsOf<'release-slot'>,
): Performers<'release-slot'> {
  return { 'release-slot': () => whenDone(releaseServiceSlot(dependencies, service)) };
}

/**
 * Renames the repository in its metadata and its link; completes an interrupted rename. Returns false when it had the
 * name already. Throws bad-name, name-taken.
 */
async function renameRepository(
  { machine, repository }: StepDependencies,
  newName: string,
): Promise<boolean> {
  const { paths, volumes } = machine;
  const renamed = await withMachineLock(paths, async () => {
    const metadata = await renameInMetadata(paths, repository.guid, newName);
    await volumes.link(metadata);
    return metadata;
  });
  return renamed.name !== repository.name;
}

/**
 * Gives the repository another network id where the one it has belongs to another of the machine. Returns false when it
 * is its own. Its metadata are written last, so that a second try finds a failed or killed one undone, with whatever it
 * had done for neighbours. Throws still-mounted, network-ids-exhausted.
 */
async function renumberRepository({ machine, repository, notice }: StepDependencies): Promise<boolean> {
  const { paths, volumes } = machine;
  const { guid, name, networkId: from } = repository;
  // It may have been mounted by hand since the plan was made.
  if (await volumes.isMounted(guid)) throw new AppError('still-mounted', { name });
  const to = await withMachineLock(paths, async () => {
    if ((await networkRival(paths, repository)) === undefined) return undefined;
    const networkId = await takeNetworkId(paths, repository);
    await followNeighbour(machine, { guid, networkId });
    await writeMetadata(paths, { ...repository, networkId });
    return networkId;
  });
  if (to === undefined) return false;
  notice({ code: 'addresses-changed', details: { name, from, to } });
  return true;
}

/** Has the daemons that run, of the repositories that reach this one, reach it at the addresses that it moves to. */
async function followNeighbour(
  { paths, daemons }: MachineDependencies,
  moved: Pick<RepositoryMetadata, 'guid' | 'networkId'>,
): Promise<void> {
  for (const one of await knownRepositories(paths))
    if (one.allows?.includes(moved.guid) === true)
      await daemons.setReach(one, await reachOf(paths, one, moved));
}

/**
 * Gives back the slot of a service that is in no compose file and has no running container. Throws not-mounted,
 * service-not-found, slot-in-use.
 */
async function releaseServiceSlot(dependencies: StepDependencies, service: string): Promise<void> {
  const { machine, repository } = dependencies;
  const { paths, volumes, daemons } = machine;
  const { guid, name, networkId } = repository;
  // The volume may have been unmounted by hand since the plan was made; then nothing may be written into the empty
  // folder.
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const root = mountPath(paths, guid);
  if (!Object.hasOwn((await readSlots(paths, guid)).services, service))
    throw new AppError('service-not-found', { name, service });
  const found = await gatherServices(machine.readProject, root, await listRepositoryFolders(root));
  const inUse = (reason: string): AppError => new AppError('slot-in-use', { name, service, reason });
  if (found.services.includes(service)) throw inUse('a compose file has it');
  const containers = (await daemons.isUp(repository)) ? await containersOf(dockerSocket(networkId)) : [];
  const running = containers.find((one) => one.service === service && isAlive(one));
  if (running !== undefined) throw inUse(`${running.name} (${running.state})`);
  const slot = await changeSlots(paths, guid, (now) => {
    const released = releaseSlot(now ?? { services: {} }, service);
    if (released === undefined) throw new AppError('service-not-found', { name, service });
    return { file: released.file, answer: released.slot };
  });
  dependencies.notice({ code: 'slot-released', details: { service, slot } });
}
