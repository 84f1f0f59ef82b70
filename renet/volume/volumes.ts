import { chmod, mkdir, rename } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { isAnothersFolder } from './daemonFolder.ts';
import { growVolume } from './growVolume.ts';
import { exists, removeIfThere, syncFileSystem, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { readMounts } from '../mounts.ts';
import { giveRoot, isAsMade } from './handOver.ts';
import { isOpened, keyOpens, OPENING_EXITS } from './keySlots.ts';
import type { LuksVolume } from './keySlots.ts';
import { linkName } from './nameLinks.ts';
import { BLOCK_DEVICES, refuseMountedElsewhere, refuseOpenElsewhere } from './openElsewhere.ts';
import { discardVolume, refuseBesideFinished, refuseInUse, removeVolume } from './removeVolume.ts';
import { unmountVolume } from './unmount.ts';
import { securePrivateFolder } from '../repository/privateFolder.ts';
import {
  daemonFolder,
  mapperDevice,
  mapperName,
  mountPath,
  partialFile,
  repositoriesFolder,
  volumeFile,
} from '../paths.ts';
import type { Paths } from '../paths.ts';

/** The facts about a repository that work on its volume needs. */
export interface VolumeOf {
  guid: string;
  name: string;
  networkId: number;
}

/** The account to which the root of a volume belongs. */
interface Owner {
  uid: number;
  gid: number;
}

/** The work on repositories' volumes. */
export interface Volumes {
  /** Reserves `size` bytes for a new, unfinished volume. */
  allocate(guid: string, size: number): Promise<void>;
  /** Makes an unfinished volume an encrypted one. */
  format(guid: string, passphrase: Uint8Array): Promise<void>;
  /**
   * Opens the volume in `file`, finished or not. Returns false when it was open already; the passphrase must open its
   * header then too. `slot` is the only key slot to try. Throws wrong-passphrase, volume-open-elsewhere, not-a-repository-volume.
   */
  open(repository: VolumeOf, passphrase: Uint8Array, file: string, slot?: 0 | 1): Promise<boolean>;
  makeFileSystem(guid: string): Promise<void>;
  mount(repository: VolumeOf): Promise<void>;
  /** Gives the root of a new volume to its owner, and makes the private folder of its daemon. */
  handOver(repository: VolumeOf, owner: Owner): Promise<void>;
  /**
   * Gives the root of a mounted volume to its owner if a power cut took that back: it is as mkfs made it, and empty.
   * Returns false otherwise.
   */
  completeHandOver(guid: string, owner: Owner): Promise<boolean>;
  /**
   * Makes the private folder of a mounted volume root's alone and impossible to replace (repository/privateFolder.ts).
   * Throws private-folder-unsafe, private-folder-moved.
   */
  secure(repository: VolumeOf): Promise<void>;
  /** Finishes a new volume, by a rename. Throws stale-unfinished rather than replace a finished one. */
  commit(repository: VolumeOf): Promise<void>;
  /**
   * Unmounts the volume, and what is mounted inside it. Throws mount-busy with the processes that use it. With
   * `endHolders` it ends them instead, and returns their names.
   */
  unmount(repository: VolumeOf, options?: { endHolders: boolean }): Promise<string>;
  /** Closes an unmounted volume. Throws volume-open-elsewhere when it is mounted in another place. */
  close(repository: VolumeOf): Promise<void>;
  /** Checks that nobody uses a closed volume by hand. Throws still-mounted, volume-open-elsewhere. */
  refuseInUse(repository: Pick<VolumeOf, 'guid' | 'name'>): Promise<void>;
  /**
   * Deletes a closed volume with its metadata, autostart key, mount point and name link, and what is unfinished beside
   * it. Throws as `refuseInUse` does, with nothing removed.
   */
  remove(repository: VolumeOf): Promise<void>;
  /**
   * Removes what an interrupted create, fork or deletion left, as `remove` does. Throws stale-unfinished, with nothing
   * removed, when a finished volume stands beside the unfinished one.
   */
  discard(repository: VolumeOf): Promise<void>;
  /** Makes the link that bears the repository's name, and removes links with other names. */
  link(repository: VolumeOf): Promise<void>;
  /** Grows a mounted volume to `size` bytes. Returns false when it had that size (growVolume.ts). */
  grow(repository: VolumeOf, size: number, key: Uint8Array): Promise<boolean>;
  isOpen(guid: string): Promise<boolean>;
  isMounted(guid: string): Promise<boolean>;
}

/** Makes the worker on volumes, by cryptsetup, mount and mkfs. */
export function createVolumes(paths: Paths, run: RunCommand, blockDevices = BLOCK_DEVICES): Volumes {
  const isMounted = async (guid: string): Promise<boolean> =>
    (await readMounts()).some(
      (mount) => mount.mountPoint === mountPath(paths, guid) && mount.source === mapperDevice(guid),
    );
  const isOpen = async (guid: string): Promise<boolean> => exists(mapperDevice(guid));
  const secure = ({ guid, name }: VolumeOf): Promise<void> =>
    securePrivateFolder({ root: mountPath(paths, guid), name }, run);

  return {
    isMounted,
    isOpen,
    allocate: async (guid, size) => {
      const file = partialFile(paths, guid);
      await run(['fallocate', '-l', String(size), file]);
      await chmod(file, 0o600);
    },
    format: (guid, passphrase) => formatVolume(run, partialFile(paths, guid), passphrase),
    open: async (repository, passphrase, file, slot) => {
      if (await isOpen(repository.guid)) {
        // Left by an operation that was killed, it would otherwise be mounted whatever passphrase is given.
        await checkKey({ run, file, name: repository.name }, passphrase, slot);
        return false;
      }
      await refuseOpenElsewhere(repository.name, file, blockDevices);
      return openVolume(run, repository, passphrase, file, slot);
    },
    makeFileSystem: async (guid) => {
      await run(['mkfs.ext4', '-q', '-m', '0', mapperDevice(guid)]);
    },
    mount: async (repository) => {
      if (!(await isMounted(repository.guid))) await mountVolume(paths, run, repository);
    },
    handOver: async (repository, owner) => {
      await giveRoot(mountPath(paths, repository.guid), owner);
      await secure(repository);
    },
    completeHandOver: async (guid, owner) => {
      const root = mountPath(paths, guid);
      if (!(await isAsMade(root))) return false;
      await giveRoot(root, owner);
      return true;
    },
    secure,
    link: async ({ guid, name }) => {
      // A volume that was never mounted here has no mount point for a link to lead to.
      if (await exists(mountPath(paths, guid))) await linkName(paths, guid, name);
    },
    grow: (repository, size, key) => growVolume(paths, run, repository, size, key),
    commit: async (repository) => {
      const { guid } = repository;
      await refuseBesideFinished(paths, repository);
      // The rename says that the volume is finished, so all of it is on disk before.
      if (await isMounted(guid)) await syncFileSystem(run, mountPath(paths, guid));
      await syncPath(partialFile(paths, guid));
      await rename(partialFile(paths, guid), volumeFile(paths, guid));
      await syncPath(repositoriesFolder(paths));
    },
    unmount: (repository, { endHolders } = { endHolders: false }) =>
      unmountVolume(paths, run, repository, endHolders),
    close: async (repository) => {
      const { guid, networkId } = repository;
      await refuseMountedElsewhere(repository);
      // The empty, immutable mount point stays: without it a stray `mkdir -p` would make a writable one.
      if (await isOpen(guid)) await run(['cryptsetup', 'close', mapperName(guid)]);
      if (!(await isAnothersFolder(paths, repository))) await removeIfThere(daemonFolder(paths, networkId));
    },
    refuseInUse: (repository) =>
      refuseInUse(paths, repository, volumeFile(paths, repository.guid), blockDevices),
    remove: (repository) => removeVolume(paths, run, repository, blockDevices),
    discard: (repository) => discardVolume(paths, run, repository, blockDevices),
  };
}

/** Makes an unfinished volume an encrypted one, whose slot 0 the passphrase opens. */
async function formatVolume(run: RunCommand, file: string, passphrase: Uint8Array): Promise<void> {
  const options = [
    '--batch-mode',
    '--type',
    'luks2',
    '--pbkdf',
    'argon2id',
    '--key-slot',
    '0',
    '--key-file',
    '-',
  ];
  await run(['cryptsetup', 'luksFormat', ...options, file], { input: passphrase });
}

/** Opens a closed volume. Throws wrong-passphrase, not-a-repository-volume. */
async function openVolume(
  run: RunCommand,
  { guid, name }: VolumeOf,
  passphrase: Uint8Array,
  file: string,
  slot: 0 | 1 | undefined,
): Promise<boolean> {
  const only = slot === undefined ? [] : ['--key-slot', String(slot)];
  const options = ['--type', 'luks2', '--serialize-memory-hard-pbkdf', ...only, '--key-file', '-'];
  const opened = await run(['cryptsetup', 'open', ...options, file, mapperName(guid)], {
    input: passphrase,
    expected: OPENING_EXITS,
  });
  if (!isOpened(opened, name)) throw new AppError('wrong-passphrase', { name });
  return true;
}

/** Checks that a passphrase opens the header of a volume that is open. Throws as `openVolume` does. */
async function checkKey(volume: LuksVolume, passphrase: Uint8Array, slot: 0 | 1 | undefined): Promise<void> {
  if (!(await keyOpens(volume, passphrase, slot)))
    throw new AppError('wrong-passphrase', { name: volume.name });
}

/** Mounts an opened volume, and makes the link that bears its name. */
async function mountVolume(paths: Paths, run: RunCommand, { guid, name }: VolumeOf): Promise<void> {
  const point = mountPath(paths, guid);
  await mkdir(point, { recursive: true, mode: 0o755 });
  // Immutable, so that nothing is written here while the volume is closed: a service that starts on an empty folder
  // would make a second, empty database.
  await run(['chattr', '+i', point]);
  // The link comes before the mount: if it could not be made after it, the volume would be in use, and the rollback
  // could not close it.
  await linkName(paths, guid, name);
  await run(['mount', '-o', 'noatime', mapperDevice(guid), point]);
}
