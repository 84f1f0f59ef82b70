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
import { findRepository, knownRepositories } from '../repository/repositories.ts';

/** Bytes that no volume takes: the logs of operations and the files beside the volumes have to be written too. */
const KEPT_FREE = 32 * 1024 ** 2;

/**
 * Throws bad-name for what cannot be a name, and name-taken for another repository's. The run looks once more, under the
 * machine's lock. `own`: the GUID of the repository that may have the name already.
 */
export async function checkName(paths: Paths, name: string, own?: string): Promise<void> {
  if (!isValidName(name)) throw new AppError('bad-name', { name });
  const known = await knownRepositories(paths);
  if (known.some((one) => one.name === name && one.guid !== own)) throw new AppError('name-taken', { name });
}

/** Throws cannot-shrink, and disk-too-small for more than the datastore has left. */
export async function checkGrowth(
  paths: Paths,
  { guid, name }: RepositoryMetadata,
  { size }: OptionsOf<'resize'>,
): Promise<void> {
  const current = (await stat(volumeFile(paths, guid))).size;
  if (size < current) throw new AppError('cannot-shrink', { name, current, size });
  await checkSpace(paths, size - current);
}

/** Throws disk-too-small when the datastore has not so many bytes left. */
export async function checkSpace({ datastore }: Paths, size: number): Promise<void> {
  const available = Math.max(0, (await diskSpace(datastore)).available - KEPT_FREE);
  if (size > available) throw new AppError('disk-too-small', { size, available, path: datastore });
}

/** Throws autostart-order for an order of starts that could not be kept. */
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
