import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { reachProperties } from '../../shared/network/reach.ts';
import type { Paths } from '../paths.ts';
import { readNetworkClaims } from './networkIds.ts';
import { knownRepositories } from './repositories.ts';

/**
 * Returns the properties of the units that run for a repository: which addresses their processes reach
 * (docs/decisions/neighbours.md). A repository that was allowed and is gone, or has another's network id, opens nothing.
 * `moved`: a repository whose next network id is not in its metadata yet, with that id.
 */
export async function reachOf(
  paths: Paths,
  { networkId, allows = [] }: Pick<RepositoryMetadata, 'networkId' | 'allows'>,
  moved?: Pick<RepositoryMetadata, 'guid' | 'networkId'>,
): Promise<string[]> {
  if (allows.length === 0) return reachProperties(networkId, []);
  const claims = await readNetworkClaims(paths);
  const owned = (await knownRepositories(paths)).filter((one) =>
    claims.some((claim) => claim.guid === one.guid && claim.networkId === one.networkId),
  );
  const settled = [...owned.filter(({ guid }) => guid !== moved?.guid), ...(moved ? [moved] : [])];
  const open = settled.filter(({ guid }) => allows.includes(guid)).map((one) => one.networkId);
  return reachProperties(
    networkId,
    open.sort((a, b) => a - b),
  );
}
