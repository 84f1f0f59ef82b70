import { open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { ensureFolder, exists, removeIfThere } from '../host.ts';
import { metadataFile, partialFile, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { takeNetworkId } from './networkIds.ts';
import { hasName, readAllMetadata, writeMetadata } from './repositories.ts';

/**
 * Reserves name and network id for a new repository by its unfinished volume and its metadata; call it under the
 * machine's lock. Throws name-taken, also for a name whose creation is under way, and for that of a
 * damaged repository.
 */
export async function reserve(
  paths: Paths,
  fresh: Pick<RepositoryMetadata, 'guid' | 'name' | 'created'> & Partial<RepositoryMetadata>,
): Promise<RepositoryMetadata> {
  await ensureFolder(repositoriesFolder(paths), 0o700);
  const { known } = await readAllMetadata(paths);
  if ((await hasName(paths, fresh.name)) || known.some(({ guid }) => guid === fresh.guid))
    throw new AppError('name-taken', { name: fresh.name });
  // Metadata that cannot be read, or a volume without any, are a repository too.
  for (const file of [volumeFile(paths, fresh.guid), metadataFile(paths, fresh.guid)])
    if (await exists(file)) throw new AppError('name-taken', { name: fresh.guid });
  const networkId = await takeNetworkId(paths, fresh);
  const metadata: RepositoryMetadata = { ...fresh, networkId };
  // The volume comes before the metadata: alone, the metadata would look like a repository that has lost its volume.
  const partial = partialFile(paths, fresh.guid);
  await (await open(partial, 'wx', 0o600)).close();
  try {
    await writeMetadata(paths, metadata);
  } catch (error) {
    await removeIfThere(partial);
    throw error;
  }
  return metadata;
}
