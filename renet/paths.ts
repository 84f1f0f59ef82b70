import { join } from 'node:path';

/** The two folders below which everything of a machine lies. */
export interface Paths {
  /** The folder of what lasts: volumes, metadata, mount points, keys and logs. */
  datastore: string;
  /** The folder of what ends with a reboot: locks, sockets, state of daemons; /run/rediacc on a machine. */
  run: string;
  /**
   * The folder of what lasts and belongs to no datastore: who has which network id; /var/lib/rediacc on a machine.
   * Without it a folder below `run`, for what needs no machine of its own.
   */
  machine?: string;
}

/** The `run` folder of every machine. */
export const RUN_FOLDER = '/run/rediacc';

/** The `machine` folder of every machine. */
export const MACHINE_FOLDER = '/var/lib/rediacc';

/** Returns the folder of what lasts and belongs to no datastore. */
export const machineFolder = (paths: Paths): string => paths.machine ?? join(paths.run, 'machine');

/** Returns the file that says which repository, of whatever datastore, has which network id. */
export const networkIdsFile = (paths: Paths): string => join(machineFolder(paths), 'network-ids.json');

/** Returns the folder of the machine's journal. */
export const journalFolder = (paths: Paths): string => join(machineFolder(paths), 'journal');

/** Returns the folder of the journal's lines while the machine's disk takes none; they end with the boot. */
export const spareJournalFolder = (paths: Paths): string => join(paths.run, 'journal');

/** Returns the file that tells which process writes the journal. */
export const journalWriterFile = (paths: Paths): string => join(paths.run, 'journal-writer.json');

/** Returns the folder of volumes and their metadata. */
export const repositoriesFolder = (paths: Paths): string => join(paths.datastore, 'repositories');

/** Returns the folder of mount points and of the links that are repositories' names. */
export const mountsFolder = (paths: Paths): string => join(paths.datastore, 'repos');

/** Returns the folder of operations' logs. */
export const operationsFolder = (paths: Paths): string => join(paths.datastore, '.operations');

/** Returns the folder of one operation's log, unless it began while the datastore took no more. */
export const operationFolder = (paths: Paths, id: string): string => join(operationsFolder(paths), id);

/** Returns the folder of the logs of operations that began while the datastore took no more; they end with the boot. */
export const spareOperationsFolder = (paths: Paths): string => join(paths.run, 'logs');

/** Returns the file of a repository's encrypted volume. */
export const volumeFile = (paths: Paths, guid: string): string => join(repositoriesFolder(paths), guid);

/**
 * Returns the file of a volume that is being made. A rename to `volumeFile` finishes it; until then it is unfinished,
 * and unfinished volumes are the only ones that are ever removed without being asked for.
 */
export const partialFile = (paths: Paths, guid: string): string => `${volumeFile(paths, guid)}.partial`;

/** Returns the file of a repository's metadata. */
export const metadataFile = (paths: Paths, guid: string): string => `${volumeFile(paths, guid)}.json`;

/**
 * Returns the file that holds the highest network id ever given, so that the id of a deleted repository is not given
 * again while unused ones are left.
 */
export const highestNetworkIdFile = (paths: Paths): string => join(paths.datastore, 'network-id.highest');

/** Returns the file of the key that opens a volume at boot; only root can read it. */
export const autostartKeyFile = (paths: Paths, guid: string): string =>
  join(paths.datastore, '.credentials', 'keys', `${guid}.key`);

/** Returns the folder that a repository's volume is mounted on. */
export const mountPath = (paths: Paths, guid: string): string => join(mountsFolder(paths), guid);

/** Returns the link that bears the repository's name and leads to its mount point. */
export const nameLink = (paths: Paths, name: string): string => join(mountsFolder(paths), name);

/** Returns the folder of locks. */
export const locksFolder = (paths: Paths): string => join(paths.run, 'locks');

/** Returns the file whose lock an operation on the repository holds. */
export const lockFile = (paths: Paths, guid: string): string => join(locksFolder(paths), guid);

/** Returns the file that tells which operation holds the repository's lock. */
export const holderFile = (paths: Paths, guid: string): string => join(locksFolder(paths), `${guid}.json`);

/** Returns the file whose lock is held while a repository's `.rediacc.json` is changed. */
export const slotsLockFile = (paths: Paths, guid: string): string => `${lockFile(paths, guid)}.slots`;

/** Returns the file whose lock is held while names, network ids and unfinished volumes are decided on. */
export const machineLockFile = (paths: Paths): string => join(locksFolder(paths), 'machine');

/** Returns the file whose lock is held while a log is given its number. */
export const logsLockFile = (paths: Paths): string => join(locksFolder(paths), 'logs');

/** Returns the socket through which a starting operation gets its assignment. */
export const startSocket = (paths: Paths, id: string): string => join(paths.run, 'start', `${id}.sock`);

/** Returns the folder of LUKS headers on their way to or from the admin's computer. */
export const headersFolder = (paths: Paths): string => join(paths.run, 'headers');

/** Returns the file of one LUKS header on its way. */
export const headerFile = (paths: Paths, id: string): string => join(headersFolder(paths), id);

/** Returns the folder in which the boot service notes how far it has come in this boot. */
export const bootFolder = (paths: Paths): string => join(paths.run, 'boot');

/** Returns the device mapper's name of an opened volume. */
export const mapperName = (guid: string): string => `rediacc-${guid}`;

/** Returns the block device of an opened volume. */
export const mapperDevice = (guid: string): string => `/dev/mapper/${mapperName(guid)}`;

/** Returns the systemd unit of a repository's dockerd. */
export const dockerUnit = (networkId: number): string => `rediacc-docker-${networkId}.service`;

/** Returns the systemd unit of a repository's containerd. */
export const containerdUnit = (networkId: number): string => `rediacc-containerd-${networkId}.service`;

/** Returns the socket of a repository's dockerd. */
export const dockerSocket = (networkId: number): string => `/var/run/rediacc/docker-${networkId}.sock`;

/** Returns the folder of a daemon's configuration and state. */
export const daemonFolder = (paths: Paths, networkId: number): string => join(paths.run, String(networkId));

/** Returns the folder of the hosts files that containers of a repository have mounted. They end with the boot. */
export const hostsFolder = (paths: Paths, networkId: number): string =>
  join(daemonFolder(paths, networkId), 'hosts');

/** Returns the folder inside the mount, root's alone, that holds the daemon's images, containers and volumes. */
export const privateFolder = (paths: Paths, guid: string): string => join(mountPath(paths, guid), '.rediacc');

/** Returns the file inside the mount that holds the addresses of services. */
export const slotsFile = (paths: Paths, guid: string): string =>
  join(mountPath(paths, guid), '.rediacc.json');
