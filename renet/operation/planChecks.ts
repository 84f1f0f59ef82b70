import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { checkOrder } from '../../shared/autostart.ts';
import { AppError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { isValidName } from '../../shared/names.ts';
import type { OptionsOf } from '../../shared/verbs.ts';
import { diskSpace } from '../host.ts';
import { volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { networkRival } from '../repository/networkIds.ts';
import { findRepository, hasName, knownRepositories } from '../repository/repositories.ts';

/**
 * The bytes of the datastore that volumes must leave free, for the logs of operations and the files beside the volumes.
 */
const KEPT_FREE = 32 * 1024 ** 2;

/**
 * Checks a new name. Throws bad-name when it cannot be a name, name-taken when another repository has it, a damaged or unfinished one too; `own` is the
 * GUID of the repository that may have it already. The run checks again under the machine's lock.
 */
export async function checkName(paths: Paths, name: string, own?: string): Promise<void> {
  if (!isValidName(name)) throw new AppError('bad-name', { name });
  if (await hasName(paths, name, own)) throw new AppError('name-taken', { name });
}

/**
 * Checks that the repository's network id is its own on this machine. Throws network-id-taken: what starts with another
 * one's id gets that one's addresses and Docker socket.
 */
export async function checkNetworkId(
  paths: Paths,
  { guid, name, networkId }: RepositoryMetadata,
): Promise<void> {
  const rival = await networkRival(paths, { guid, networkId });
  if (rival === undefined) return;
  const { name: other, datastore } = rival;
  throw new AppError('network-id-taken', { name, networkId, other, datastore });
}

/**
 * Finds the repository that another one is allowed to reach. One that is gone can still be revoked, by its GUID. Returns
 * its GUID and its name. Throws repository-not-found.
 */
export async function checkOther(
  paths: Paths,
  { allows = [] }: RepositoryMetadata,
  { other, revoke = false }: OptionsOf<'allow'>,
): Promise<{ guid: string; name: string }> {
  if (revoke && allows.includes(other)) {
    const found = (await knownRepositories(paths)).find(({ guid }) => guid === other);
    return { guid: other, name: found?.name ?? other };
  }
  return findRepository(paths, other, hostname());
}

/** Checks a new volume size. Throws cannot-shrink, and disk-too-small when the datastore has too little left. */
export async function checkGrowth(
  paths: Paths,
  { guid, name }: RepositoryMetadata,
  { size }: OptionsOf<'resize'>,
): Promise<void> {
  const current = (await stat(volumeFile(paths, guid))).size;
  if (size < current) throw new AppError('cannot-shrink', { name, current, size });
  await checkSpace(paths, size - current);
}

/** Checks that the datastore has `size` more bytes for volumes. Throws disk-too-small. */
export async function checkSpace({ datastore }: Paths, size: number): Promise<void> {
  const available = Math.max(0, (await diskSpace(datastore)).available - KEPT_FREE);
  if (size > available) throw new AppError('disk-too-small', { size, available, path: datastore });
}

/** Checks the order in which repositories start at boot. Throws autostart-order when it cannot be kept. */
export async function checkAfter(
  paths: Paths,
  guid: string,
  { after }: OptionsOf<'autostart-enable'>,
): Promise<void> {
  if (typeof after !== 'string') return;
  const other = await findRepository(paths, after, hostname());
  const all = await knownRepositories(paths);
  checkOrder(
    all.map((one) => ({ guid: one.guid, name: one.name, after: one.autostart?.after })),
    guid,
    other.guid,
  );
}
