import { AppError } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import { partialFile, volumeFile } from '../../paths.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { openByKey } from './autostartSteps.ts';
import { leaveParent } from './forkSteps.ts';
import { settle } from './settle.ts';
import { changed, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';

/** Returns the steps that make a volume of `size` bytes, unfinished until the step `commit`. */
export function createPerformers(
  dependencies: StepDependencies,
  { size }: OptionsOf<'create'>,
): Performers<'allocate' | 'format' | 'open' | 'filesystem' | 'mount' | 'handover' | 'commit'> {
  const { machine, repository, owner, secrets } = dependencies;
  const { paths, volumes } = machine;
  const { guid } = repository;
  const unfinished = partialFile(paths, guid);
  return {
    allocate: () => whenDone(volumes.allocate(guid, size)),
    format: () => whenDone(volumes.format(guid, secrets.passphrase())),
    open: async () => changed(await volumes.open(repository, secrets.passphrase(), unfinished)),
    filesystem: () => whenDone(volumes.makeFileSystem(guid)),
    mount: () => whenDone(volumes.mount(repository)),
    handover: () => whenDone(volumes.handOver(repository, owner)),
    commit: () => whenDone(volumes.commit(repository)),
  };
}

/** Returns the steps that open and mount a volume, by the passphrase or by its autostart key. */
export function openingPerformers(
  dependencies: StepDependencies,
): Performers<'open' | 'open-by-key' | 'mount' | 'forget-parent'> {
  const { machine, repository, secrets } = dependencies;
  const { paths, volumes } = machine;
  const file = volumeFile(paths, repository.guid);
  return {
    open: async () => changed(await volumes.open(repository, secrets.passphrase(), file)),
    'open-by-key': async () => changed(await openByKey(dependencies, file)),
    mount: async () => {
      await volumes.mount(repository);
      return whenDone(settle(dependencies));
    },
    'forget-parent': () => whenDone(leaveParent(dependencies)),
  };
}

/** Returns the steps that stop the daemon, unmount the volume and close it. */
export function closingPerformers(
  dependencies: StepDependencies,
): Performers<'daemon-stop' | 'unmount' | 'close'> {
  const { volumes, daemons } = dependencies.machine;
  const { repository } = dependencies;
  return {
    'daemon-stop': () => whenDone(daemons.stop(repository)),
    unmount: () => whenDone(unmount(dependencies)),
    close: () => whenDone(volumes.close(repository)),
  };
}

async function unmount({ machine, repository, origin, notice }: StepDependencies): Promise<void> {
  // When the machine goes down, systemd would kill the processes that use the volume a moment later, and their
  // unwritten data would be lost.
  const holders = await machine.volumes.unmount(repository, { endHolders: origin === 'shutdown' });
  if (holders !== '') notice({ code: 'holders-ended', details: { name: repository.name, holders } });
}

/** Returns the steps that delete a volume with its key and its metadata. */
export function deletePerformers(dependencies: StepDependencies): Performers<'close' | 'remove'> {
  const { volumes } = dependencies.machine;
  const { repository } = dependencies;
  return {
    close: () => whenDone(volumes.close(repository)),
    remove: () => whenDone(volumes.remove(repository)),
  };
}

/** Returns the steps that grow a volume; a closed one is opened for it and closed again. */
export function resizePerformers(
  dependencies: StepDependencies,
  options: OptionsOf<'resize'>,
): Performers<
  'open' | 'open-by-key' | 'check-passphrase' | 'check-key' | 'mount' | 'grow' | 'unmount' | 'close'
> {
  const { machine, repository, secrets } = dependencies;
  return {
    ...openingPerformers(dependencies),
    ...closingPerformers(dependencies),
    'check-passphrase': () => whenDone(machine.keys.checkPassphrase(repository, secrets.passphrase())),
    'check-key': () => whenDone(checkKey(dependencies)),
    grow: async () => changed(await growRepository(dependencies, options)),
  };
}

/**
 * Tries the autostart key on the volume before anything is changed. Throws autostart-key-missing,
 * autostart-key-refused.
 */
async function checkKey({ machine, repository }: StepDependencies): Promise<void> {
  // This throws when the key file is missing, which is the more telling error.
  (await machine.keys.read(repository)).fill(0);
  const { slot1 } = await machine.keys.facts(repository);
  if (slot1 !== 'key') throw new AppError('autostart-key-refused', { name: repository.name });
}

/** Grows the repository's mounted volume to `size` bytes. Returns false when it had that size. Throws not-mounted. */
async function growRepository(
  { machine, repository, secrets }: StepDependencies,
  { size, byKey }: OptionsOf<'resize'>,
): Promise<boolean> {
  const { guid, name } = repository;
  if (!(await machine.volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  if (byKey !== true) return machine.volumes.grow(repository, size, secrets.passphrase());
  const key = await machine.keys.read(repository);
  try {
    return await machine.volumes.grow(repository, size, key);
  } finally {
    key.fill(0);
  }
}
