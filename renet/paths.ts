import { join } from 'node:path';

/** Where everything of a machine lives: under the datastore what lasts, under /run what ends with the boot. */
export interface Paths {
  datastore: string;
  /** Root of what ends with a reboot; /run/rediacc on a machine. */
  run: string;
}

export const RUN_FOLDER = '/run/rediacc';

export const repositoriesFolder = (paths: Paths): string => join(paths.datastore, 'repositories');
export const mountsFolder = (paths: Paths): string => join(paths.datastore, 'repos');
export const operationsFolder = (paths: Paths): string => join(paths.datastore, '.operations');
export const operationFolder = (paths: Paths, id: string): string => join(operationsFolder(paths), id);
/** The logs of operations that began while the datastore was full; these end with the boot. */
export const spareOperationsFolder = (paths: Paths): string => join(paths.run, 'logs');

export const volumeFile = (paths: Paths, guid: string): string => join(repositoriesFolder(paths), guid);
/** Unfinished volumes carry this name until the rename that commits them; only these are ever collected. */
export const partialFile = (paths: Paths, guid: string): string => `${volumeFile(paths, guid)}.partial`;
export const metadataFile = (paths: Paths, guid: string): string => `${volumeFile(paths, guid)}.json`;
/** The highest network id ever given, so that a freed one is not given again while there are others. */
export const highestNetworkIdFile = (paths: Paths): string => join(paths.datastore, 'network-id.highest');

/** The key that opens a volume at boot, root's alone. */
export const autostartKeyFile = (paths: Paths, guid: string): string =>
  join(paths.datastore, '.credentials', 'keys', `${guid}.key`);

export const mountPath = (paths: Paths, guid: string): string => join(mountsFolder(paths), guid);
export const nameLink = (paths: Paths, name: string): string => join(mountsFolder(paths), name);

export const locksFolder = (paths: Paths): string => join(paths.run, 'locks');
export const lockFile = (paths: Paths, guid: string): string => join(locksFolder(paths), guid);
export const holderFile = (paths: Paths, guid: string): string => join(locksFolder(paths), `${guid}.json`);
export const machineLockFile = (paths: Paths): string => join(locksFolder(paths), 'machine');
export const startSocket = (paths: Paths, id: string): string => join(paths.run, 'start', `${id}.sock`);

/** LUKS headers on their way to or from the admin's computer. */
export const headersFolder = (paths: Paths): string => join(paths.run, 'headers');
export const headerFile = (paths: Paths, id: string): string => join(headersFolder(paths), id);

/** What this boot has come to; gone with it. */
export const bootFolder = (paths: Paths): string => join(paths.run, 'boot');

export const mapperName = (guid: string): string => `rediacc-${guid}`;
export const mapperDevice = (guid: string): string => `/dev/mapper/${mapperName(guid)}`;

export const dockerUnit = (networkId: number): string => `rediacc-docker-${networkId}.service`;
export const containerdUnit = (networkId: number): string => `rediacc-containerd-${networkId}.service`;
export const dockerSocket = (networkId: number): string => `/var/run/rediacc/docker-${networkId}.sock`;
export const daemonFolder = (paths: Paths, networkId: number): string => join(paths.run, String(networkId));
/** Inside the mount, root's alone: the daemon's images, containers and volumes. */
export const privateFolder = (paths: Paths, guid: string): string => join(mountPath(paths, guid), '.rediacc');
export const slotsFile = (paths: Paths, guid: string): string =>
  join(mountPath(paths, guid), '.rediacc.json');
