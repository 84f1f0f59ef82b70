import { stat } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { hasCode } from '../host.ts';
import { dockerSocket } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { configuredData, isInMount } from '../volume/daemonFolder.ts';
import type { VolumeOf } from '../volume/volumes.ts';
import { daemonAnswers, dataFolderOf } from './engineApi.ts';

/** The daemon that answers on a repository's socket. `folder`: where the data of a daemon that is not its own are. */
type FoundDaemon = { kind: 'none' | 'own' } | { kind: 'another'; folder: string };

/** The folder of a daemon that does not say where its data are. */
const UNTOLD = '?';

/**
 * Makes a function that looks whose daemon answers on a repository's socket: two repositories may have the same network
 * id (docs/decisions/names-and-network-ids.md). The daemon is asked once in its life, since its answer takes time.
 */
export function createDaemonLook(paths: Paths): (repository: VolumeOf) => Promise<FoundDaemon> {
  const asked = new Map<string, { life: string; folder: string }>();
  return async ({ guid, networkId }) => {
    const socket = dockerSocket(networkId);
    const life = (await daemonAnswers(socket)) ? await lifeOf(socket) : undefined;
    if (life === undefined) {
      asked.delete(socket);
      return { kind: 'none' };
    }
    const before = asked.get(socket);
    const folder = before?.life === life ? before.folder : await dataOf(paths, networkId);
    if (folder !== UNTOLD) asked.set(socket, { life, folder });
    return isInMount(paths, guid, folder) ? { kind: 'own' } : { kind: 'another', folder };
  };
}

/**
 * Refuses to hand out a socket on which somebody else's daemon answers. The daemon is asked only where its
 * configuration does not say that it is the repository's own. Throws daemon-of-another.
 */
export async function refuseAnothersDaemon(paths: Paths, repository: VolumeOf): Promise<void> {
  const data = await configuredData(paths, repository.networkId);
  if (data !== undefined && isInMount(paths, repository.guid, data)) return;
  const found = await createDaemonLook(paths)(repository);
  if (found.kind === 'another') throw daemonOfAnother(repository, found.folder);
}

/** Returns the error of a socket on which somebody else's daemon answers. */
export function daemonOfAnother({ name, networkId }: VolumeOf, folder: string): AppError {
  return new AppError('daemon-of-another', { name, networkId, folder });
}

/** Returns what tells a daemon's socket from the one that the next daemon makes; undefined when it is gone. */
async function lifeOf(socket: string): Promise<string | undefined> {
  try {
    const { dev, ino, ctimeMs } = await stat(socket);
    return `${dev} ${ino} ${ctimeMs}`;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Returns the folder of a daemon's data: by its own word, else by the configuration that it was started with. */
async function dataOf(paths: Paths, networkId: number): Promise<string> {
  try {
    return await dataFolderOf(dockerSocket(networkId));
  } catch {
    // It is too busy to say it, or about to end.
    return (await configuredData(paths, networkId)) ?? UNTOLD;
  }
}
