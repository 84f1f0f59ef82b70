import { AppError } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import { partialFile, volumeFile } from '../../paths.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { openByKey } from './autostartSteps.ts';
import { leaveParent } from './forkSteps.ts';
import { changed, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';

/** Makes a volume of `size` bytes; until the commit it is an unfinished one. */
export function createSteps(
  work: StepDependencies,
  { size }: OptionsOf<'create'>,
): Performers<'allocate' | 'format' | 'open' | 'filesystem' | 'mount' | 'handover' | 'commit'> {
  const { machine, repository, owner, secrets } = work;
  const { paths, volumes } = machine;
  const { guid } = repository;
  const unfinished = partialFile(paths, guid);
  return {
    allocate: () => whenDone(volumes.allocate(guid, size)),
    format: () => whenDone(volumes.format(guid, secrets.passphrase())),
    open: async () => changed(await volumes.open(repository, secrets.passphrase(), unfinished)),
    filesystem: () => whenDone(volumes.makeFileSystem(guid)),
    mount: () => whenDone(volumes.mount(repository)),
    handover: () => whenDone(volumes.handOver(guid, owner)),
    commit: () => whenDone(volumes.commit(repository)),
  };
}

/** Opens and mounts a volume, by the passphrase or by its autostart key. */
export function openingSteps(
  work: StepDependencies,
): Performers<'open' | 'open-by-key' | 'mount' | 'forget-parent'> {
  const { machine, repository, secrets } = work;
  const { paths, volumes } = machine;
  const file = volumeFile(paths, repository.guid);
  return {
    open: async () => changed(await volumes.open(repository, secrets.passphrase(), file)),
    'open-by-key': async () => changed(await openByKey(work, file)),
    mount: () => whenDone(volumes.mount(repository)),
    'forget-parent': () => whenDone(leaveParent(work)),
  };
}

/** Stops the daemon, unmounts and closes. */
export function closingSteps(work: StepDependencies): Performers<'daemon-stop' | 'unmount' | 'close'> {
  const { volumes, daemons } = work.machine;
  const { repository } = work;
  return {
    'daemon-stop': () => whenDone(daemons.stop(repository)),
    unmount: () => whenDone(unmount(work)),
    close: () => whenDone(volumes.close(repository)),
  };
}

async function unmount({ machine, repository, origin, notice }: StepDependencies): Promise<void> {
  // Who still holds the volume when the machine goes down would be ended a moment later, and the data with them.
  const holders = await machine.volumes.unmount(repository, { endHolders: origin === 'shutdown' });
  if (holders !== '') notice({ code: 'holders-ended', details: { name: repository.name, holders } });
}

/** Deletes a volume with its key and its metadata. */
export function deleteSteps(work: StepDependencies): Performers<'close' | 'remove'> {
  const { volumes, keys } = work.machine;
  const { repository } = work;
  return {
    close: () => whenDone(volumes.close(repository)),
    remove: async () => {
      await keys.forget(repository.guid);
      return whenDone(volumes.remove(repository));
    },
  };
}

/** Grows a volume, which is opened for it where it was closed. */
export function resizeSteps(
  work: StepDependencies,
  options: OptionsOf<'resize'>,
): Performers<
  'open' | 'open-by-key' | 'check-passphrase' | 'check-key' | 'mount' | 'grow' | 'unmount' | 'close'
> {
  const { machine, repository, secrets } = work;
  return {
    ...openingSteps(work),
    ...closingSteps(work),
    'check-passphrase': () => whenDone(machine.keys.checkPassphrase(repository, secrets.passphrase())),
    'check-key': () => whenDone(checkKey(work)),
    grow: async () => changed(await growRepository(work, options)),
  };
}

/** Tries the autostart key on the volume before anything is changed. Throws autostart-key-refused. */
async function checkKey({ machine, repository }: StepDependencies): Promise<void> {
  // The key's own absence is told first.
  await machine.keys.read(repository);
  const { opens } = await machine.keys.facts(repository);
  if (opens !== true) throw new AppError('autostart-key-refused', { name: repository.name });
}

/** Grows the repository's volume to `size` bytes, while it is mounted. False: it had that size. Throws not-mounted. */
async function growRepository(
  { machine, repository, secrets }: StepDependencies,
  { size, byKey }: OptionsOf<'resize'>,
): Promise<boolean> {
  const { guid, name } = repository;
  if (!(await machine.volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const key = byKey === true ? await machine.keys.read(repository) : secrets.passphrase();
  return machine.volumes.grow(repository, size, key);
}
