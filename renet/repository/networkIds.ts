import { join } from 'node:path';
import * as z from 'zod';
import { isGuid } from '../../shared/names.ts';
import { allocateNetworkId, isNetworkId } from '../../shared/network/network.ts';
import { rivalOf, settleClaims } from '../../shared/network/networkClaims.ts';
import type { FoundRepositories, FoundRepository, NetworkClaim } from '../../shared/network/networkClaims.ts';
import { ensureFolder, exists, hasCode, listIfThere, readTextIfThere, replaceAlone } from '../host.ts';
import { parseJson } from '../json.ts';
import { readMounts } from '../mounts.ts';
import { within } from '../silence.ts';
import { highestNetworkIdFile, machineFolder, networkIdsFile, repositoriesFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { readAllMetadata } from './repositories.ts';

/** The contents of the machine's record of network ids. */
const recordSchema = z.object({
  /** The highest id ever given on the machine. */
  highest: z.number().int(),
  /** The datastores that have been used here. */
  datastores: z.array(z.string()),
  claims: z.array(
    z.object({ networkId: z.number().int(), guid: z.string(), name: z.string(), datastore: z.string() }),
  ),
});
type NetworkIds = z.infer<typeof recordSchema>;

/** The mount of a repository, by its device and the end of its mount point. */
const DEVICE = /^\/dev\/mapper\/rediacc-([0-9a-f-]{36})$/;

const SOCKET = /^docker-(\d+)\.sock$/;

/**
 * Returns the repository that has this one's network id on the machine, in whatever datastore it lies; undefined when
 * the id is this repository's own. Writes nothing.
 */
export async function networkRival(
  paths: Paths,
  repository: Pick<NetworkClaim, 'guid' | 'networkId'>,
): Promise<NetworkClaim | undefined> {
  return rivalOf(await readNetworkClaims(paths), repository);
}

/** Returns who has which network id of the machine. Writes nothing. */
export async function readNetworkClaims(paths: Paths): Promise<NetworkClaim[]> {
  return (await readNetworkIds(paths)).claims;
}

/**
 * Notes who has which network id, unless the note says so already. It has to be written before an id is used: what is
 * noted keeps its id when a volume with the same one comes later. `lock` runs work under the machine's lock.
 */
export async function claimNetworkIds(
  paths: Paths,
  lock: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  if (isNoted(await readRecord(paths), await readNetworkIds(paths))) return;
  await lock(async () => writeRecord(paths, await readNetworkIds(paths)));
}

/**
 * Takes a network id that nobody on the machine has or had, and notes it as this repository's; call it under the
 * machine's lock. Throws network-ids-exhausted.
 */
export async function takeNetworkId(
  paths: Paths,
  repository: { guid: string; name: string },
): Promise<number> {
  const ids = await readNetworkIds(paths);
  // A daemon may live on although its volume was moved away under it.
  const sockets = (await listIfThere(paths.run)).map((name) => Number(SOCKET.exec(name)?.[1]));
  const used = [...ids.claims.map(({ networkId }) => networkId), ...sockets.filter(isNetworkId)];
  const networkId = allocateNetworkId(used, ids.highest);
  const claim = { networkId, guid: repository.guid, name: repository.name, datastore: paths.datastore };
  const highest = Math.max(ids.highest, networkId);
  await writeRecord(paths, { ...ids, highest, claims: [...ids.claims, claim] });
  // An agent of an earlier version knows this file alone.
  await replaceAlone(highestNetworkIdFile(paths), `${highest}\n`, { mode: 0o600 });
  return networkId;
}

/** Reads who has which network id now: by the record, and by what the datastores hold. */
async function readNetworkIds(paths: Paths): Promise<NetworkIds> {
  const record = await readRecord(paths);
  const mounted = await mountedRepositories();
  const wanted = new Set([
    paths.datastore,
    ...record.datastores,
    ...mounted.map(({ datastore }) => datastore),
  ]);
  const live = new Set(mounted.map(({ guid }) => guid));
  const found = await Promise.all(
    [...wanted].map((datastore) => {
      const own = datastore === paths.datastore;
      const read = (): ReturnType<typeof readDatastore> =>
        readDatastore({ ...paths, datastore }, { live, own });
      return own ? read() : readIfItAnswers(datastore, read);
    }),
  );
  const datastores = found.flatMap(({ datastores: read }) => [...read]);
  const all: FoundRepositories = {
    repositories: found.flatMap(({ repositories }) => repositories),
    damaged: new Set(found.flatMap(({ damaged }) => [...damaged])),
    datastores: new Set(datastores),
  };
  const claims = settleClaims(record.claims, all);
  const highest = Math.max(
    record.highest,
    ...found.map((one) => one.highest),
    ...claims.map((one) => one.networkId),
  );
  return { highest, datastores: [...new Set([...record.datastores, ...datastores])].sort(), claims };
}

/** What is read of a datastore that is not there, or does not answer. */
const notRead = (): FoundRepositories & { highest: number } => ({
  repositories: [],
  damaged: new Set(),
  datastores: new Set(),
  highest: 0,
});

/** The time in which another datastore has to answer. */
const OTHER_MILLISECONDS = 10_000;

/** The other datastores that have not answered yet. They are not read again meanwhile. */
const silent = new Set<string>();

/** Reads another datastore. One that does not answer counts as not read, as one that is not there does. */
async function readIfItAnswers(
  datastore: string,
  read: () => ReturnType<typeof readDatastore>,
): ReturnType<typeof readDatastore> {
  if (silent.has(datastore)) return notRead();
  const reading = read();
  return within(OTHER_MILLISECONDS, datastore, reading).catch(() => {
    silent.add(datastore);
    void reading.finally(() => silent.delete(datastore)).catch(() => undefined);
    return notRead();
  });
}

/**
 * Reads one datastore. One that is not there, or cannot be read, counts as not read: what the record has of it stays.
 * `live`: the GUIDs that are mounted. `own`: it is the datastore that the agent works on.
 */
async function readDatastore(
  paths: Paths,
  { live, own }: { live: ReadonlySet<string>; own: boolean },
): Promise<FoundRepositories & { highest: number }> {
  try {
    if (!(await exists(repositoriesFolder(paths)))) return notRead();
    const { known, damaged } = await readAllMetadata(paths);
    const repositories = known.map(({ networkId, guid, name, created }): FoundRepository => {
      return { networkId, guid, name, created, datastore: paths.datastore, live: live.has(guid) };
    });
    const highest = Number((await readTextIfThere(highestNetworkIdFile(paths))) ?? '0') || 0;
    return { repositories, damaged: new Set(damaged), datastores: new Set([paths.datastore]), highest };
  } catch (error) {
    // Another datastore's broken disk must not stop this one, whatever the system says of it (ENODEV, EHOSTDOWN, EUCLEAN
    // and more). The errors of a broken disk of its own are told by whatever else reads it.
    if (!own || hasCode(error, 'EIO', 'EACCES', 'ESTALE', 'ENOTCONN')) return notRead();
    throw error;
  }
}

/** Lists the mounted repositories with their datastores, which nobody may have noted. */
async function mountedRepositories(): Promise<{ guid: string; datastore: string }[]> {
  return (await readMounts()).flatMap(({ source, mountPoint }) => {
    const guid = DEVICE.exec(source)?.[1] ?? '';
    const end = join('/repos', guid);
    return isGuid(guid) && mountPoint.endsWith(end)
      ? [{ guid, datastore: mountPoint.slice(0, -end.length) }]
      : [];
  });
}

/** Reads the machine's record. One that cannot be read counts as empty: the datastores are the truth about the rest. */
async function readRecord(paths: Paths): Promise<NetworkIds> {
  const text = await readTextIfThere(networkIdsFile(paths)).catch((error: unknown) => {
    if (hasCode(error, 'EIO', 'EISDIR', 'EACCES')) return undefined;
    throw error;
  });
  const parsed = recordSchema.safeParse(parseJson(text ?? ''));
  return parsed.success ? parsed.data : { highest: 0, datastores: [], claims: [] };
}

function isNoted(record: NetworkIds, now: NetworkIds): boolean {
  return textOf(record) === textOf(now);
}

async function writeRecord(paths: Paths, ids: NetworkIds): Promise<void> {
  await ensureFolder(machineFolder(paths), 0o700);
  await replaceAlone(networkIdsFile(paths), textOf(ids), { mode: 0o600 });
}

/** Returns the text of a record, its keys in one order whatever it was read from. */
function textOf({ highest, datastores, claims }: NetworkIds): string {
  const rows = claims.map(({ networkId, guid, name, datastore }) => ({ networkId, guid, name, datastore }));
  return JSON.stringify({ highest, datastores, claims: rows }, undefined, 2) + '\n';
}
