/** The repository that has a network id of a machine, and the datastore that it lies in. */
export interface NetworkClaim {
  networkId: number;
  guid: string;
  name: string;
  datastore: string;
}

/** A repository as one of the machine's datastores has it. `live`: it is mounted now. */
export interface FoundRepository extends NetworkClaim {
  created: string;
  live: boolean;
}

/** The repositories of all datastores that can be read, and what is known about the others. */
export interface FoundRepositories {
  repositories: readonly FoundRepository[];
  /** The GUIDs of repositories that are there and whose metadata cannot be read. */
  damaged: ReadonlySet<string>;
  /** The datastores that were read. The repositories of another one, such as one on a disk that is away, stay. */
  datastores: ReadonlySet<string>;
}

/**
 * Returns who has each network id of a machine (docs/decisions/names-and-network-ids.md). Whoever had it keeps it while
 * it is there; an id that nobody had goes to the repository that is mounted, else to the oldest.
 */
export function settleClaims(kept: readonly NetworkClaim[], found: FoundRepositories): NetworkClaim[] {
  const settled = new Map<number, NetworkClaim>();
  for (const claim of kept) {
    const now = found.repositories.filter(({ guid }) => guid === claim.guid);
    const same = now.find(({ networkId }) => networkId === claim.networkId);
    const unseen = !found.datastores.has(claim.datastore) || found.damaged.has(claim.guid);
    if (same !== undefined) settled.set(same.networkId, claimOf(same));
    else if (now.length === 0 && unseen) settled.set(claim.networkId, claim);
  }
  for (const one of [...found.repositories].sort(byRight))
    if (!settled.has(one.networkId)) settled.set(one.networkId, claimOf(one));
  return [...settled.values()].sort((a, b) => a.networkId - b.networkId);
}

/** Returns the claim of another repository on a repository's network id; undefined when the id is its own. */
export function rivalOf(
  claims: readonly NetworkClaim[],
  { guid, networkId }: Pick<NetworkClaim, 'guid' | 'networkId'>,
): NetworkClaim | undefined {
  return claims.find((claim) => claim.networkId === networkId && claim.guid !== guid);
}

function byRight(a: FoundRepository, b: FoundRepository): number {
  if (a.live !== b.live) return a.live ? -1 : 1;
  const [first, second] = [`${a.created} ${a.guid}`, `${b.created} ${b.guid}`];
  return first < second ? -1 : Number(first > second);
}

function claimOf({ networkId, guid, name, datastore }: NetworkClaim): NetworkClaim {
  return { networkId, guid, name, datastore };
}
