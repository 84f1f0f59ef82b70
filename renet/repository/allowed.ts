import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { reachProperties } from '../../shared/reach.ts';
import type { Paths } from '../paths.ts';
import { readNetworkClaims } from './networkIds.ts';
import { knownRepositories } from './repositories.ts';

/**
 * Returns the properties of the units that run for a repository: which addresses their processes reach
 * (docs/decisions/neighbours.md). A repository that was allowed and is gone, or has another's network id, opens nothing.
 */
export async function reachOf(
  paths: Paths,
  { networkId, allows = [] }: Pick<RepositoryMetadata, 'networkId' | 'allows'>,
): Promise<string[]> {
  if (allows.length === 0) return reachProperties(networkId, []);
  const claims = await readNetworkClaims(paths);
  const open = (await knownRepositories(paths)).filter(
    (one) =>
      allows.includes(one.guid) &&
      claims.some((claim) => claim.guid === one.guid && claim.networkId === one.networkId),
  );
  return reachProperties(
    networkId,
    open.map((one) => one.networkId).sort((a, b) => a - b),
  );
}
