import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import { repositoryMetadataSchema } from '../../shared/metadata.ts';
import { isGuid, isValidName } from '../../shared/names.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { isNetworkId } from '../../shared/network/network.ts';
import { listIfThere, readTextIfThere, replaceAlone } from '../host.ts';
import { inTurns } from '../inTurns.ts';
import { parseJson } from '../json.ts';
import { metadataFile, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { linkedNames, networkIdLeft } from './whatIsLeft.ts';

/** A repository of the datastore: its metadata, or the reason why it cannot be used. */
export type StoredRepository =
  { kind: 'repository'; metadata: RepositoryMetadata; size: number } | DamagedRepository;

/** A repository of which something is gone or cannot be read, and what is left of it. */
export interface DamagedRepository {
  kind: 'damaged';
  guid: string;
  /** The name in its metadata, else that of its link, else its GUID. */
  name: string;
  reason: string;
  /** What is gone; both count as the metadata. */
  lost: 'volume' | 'metadata';
  /** The metadata, where only the volume is gone. */
  metadata?: RepositoryMetadata;
  size: number;
}

const PARTIAL_SUFFIX = '.partial';

/**
 * The repositories that are read at the same time. All reads of this process share a few threads, which a disk that hangs
 * keeps (docs/decisions/disks-that-do-not-answer.md).
 */
const READ_AT_ONCE = 2;

/** Lists every finished repository of the datastore, in no particular order. */
export async function listRepositories(paths: Paths): Promise<StoredRepository[]> {
  const names = await listIfThere(repositoriesFolder(paths));
  const links = await linkedNames(paths);
  // A link alone is what is left of a repository, too.
  const guids = new Set([
    ...names.map((name) => name.replace(/\.json$/, '')).filter(isGuid),
    ...links.keys(),
  ]);
  const partial = new Set(unfinished(names));
  // What stands beside a finished volume is left over from something else (validation names it).
  const finished = [...guids].filter((guid) => names.includes(guid) || !partial.has(guid));
  return inTurns(finished, READ_AT_ONCE, (guid) => readRepository(paths, guid, links.get(guid) ?? guid));
}

/** Lists the GUIDs of unfinished volumes: being made now, or left by an interruption. */
export async function listUnfinished(paths: Paths): Promise<string[]> {
  return unfinished(await listIfThere(repositoriesFolder(paths)));
}

/** Lists the GUIDs of the repositories beside whose metadata lies a file that was being written. */
export async function listHalfWritten(paths: Paths): Promise<string[]> {
  const guids = (await listIfThere(repositoriesFolder(paths))).flatMap((name) => {
    const guid = /^\.([-0-9a-f]+)\.json\./.exec(name)?.[1] ?? '';
    return isGuid(guid) ? [guid] : [];
  });
  return [...new Set(guids)];
}

function unfinished(names: readonly string[]): string[] {
  return names
    .filter((name) => name.endsWith(PARTIAL_SUFFIX))
    .map((name) => name.slice(0, -PARTIAL_SUFFIX.length))
    .filter(isGuid);
}

async function readRepository(paths: Paths, guid: string, linked: string): Promise<StoredRepository> {
  const size = await stat(volumeFile(paths, guid)).then(
    (found) => found.size,
    () => undefined,
  );
  const metadata = await readMetadata(paths, guid);
  if (typeof metadata === 'string')
    return { kind: 'damaged', guid, name: linked, reason: metadata, lost: 'metadata', size: size ?? 0 };
  if (size !== undefined) return { kind: 'repository', metadata, size };
  const reason = `its volume ${volumeFile(paths, guid)} is missing`;
  return { kind: 'damaged', guid, name: metadata.name, reason, lost: 'volume', metadata, size: 0 };
}

/** Reads the metadata of a repository. Returns a sentence instead when they cannot be read. */
async function readMetadata(paths: Paths, guid: string): Promise<RepositoryMetadata | string> {
  const file = metadataFile(paths, guid);
  let text: string | undefined;
  try {
    text = await readTextIfThere(file);
  } catch (error) {
    // One that the disk does not give must not hide all others of the machine.
    return `its metadata ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (text === undefined) return `its metadata ${file} is missing`;
  const value = parseJson(text);
  if (value === undefined) return `its metadata ${file} is not JSON`;
  const parsed = repositoryMetadataSchema.safeParse(value);
  if (!parsed.success) return `its metadata ${file} is not valid`;
  if (!isNetworkId(parsed.data.networkId)) return `its metadata ${file} has no valid network id`;
  if (parsed.data.guid !== guid) return `its metadata ${file} names another repository`;
  return parsed.data;
}

/** Returns the name in a repository's metadata; its GUID when they cannot be read. */
export async function nameOf(paths: Paths, guid: string): Promise<string> {
  const metadata = await readMetadata(paths, guid);
  return typeof metadata === 'string' ? guid : metadata.name;
}

/**
 * Finds the repository with a name or GUID, damaged or not. `machine` is the host name, for the error. Throws
 * repository-not-found, repository-ambiguous.
 */
export async function findStored(
  paths: Paths,
  nameOrGuid: string,
  machine: string,
): Promise<StoredRepository> {
  const found = chooseStored(await listRepositories(paths), nameOrGuid);
  if (found === undefined) throw new AppError('repository-not-found', { name: nameOrGuid, machine });
  return found;
}

/**
 * Chooses the repository that a name or GUID means: the one with the GUID, else the whole one with the name, else the
 * damaged one that had it. Returns undefined when there is none. Throws repository-ambiguous when several are meant.
 */
export function chooseStored(
  stored: readonly StoredRepository[],
  nameOrGuid: string,
): StoredRepository | undefined {
  const exact = stored.find((one) => identityOf(one).guid === nameOrGuid);
  if (exact !== undefined) return exact;
  const named = stored.filter((one) => identityOf(one).name === nameOrGuid);
  const whole = named.filter(({ kind }) => kind === 'repository');
  const meant = whole.length > 0 ? whole : named;
  if (meant.length <= 1) return meant[0];
  const guids = meant.map((one) => identityOf(one).guid).sort();
  throw new AppError('repository-ambiguous', { name: nameOrGuid, guids: guids.join(', ') });
}

function identityOf(stored: StoredRepository): { guid: string; name: string } {
  return stored.kind === 'damaged' ? stored : stored.metadata;
}

/**
 * Finds the repository with a name or GUID. `machine` is the host name, for the error. Throws repository-not-found,
 * repository-ambiguous; repository-damaged when its volume or its metadata are missing or cannot be read.
 */
export async function findRepository(
  paths: Paths,
  nameOrGuid: string,
  machine: string,
): Promise<RepositoryMetadata> {
  const stored = await findStored(paths, nameOrGuid, machine);
  if (stored.kind === 'repository') return stored.metadata;
  throw new AppError('repository-damaged', { name: stored.name, reason: stored.reason });
}

/**
 * Finds what is known of a repository that may be damaged, for all that does not need its volume's file: saving its
 * files while it is mounted, closing it, deleting it. Throws repository-not-found, repository-ambiguous.
 */
export async function findWhatIsLeft(
  paths: Paths,
  nameOrGuid: string,
  machine: string,
): Promise<RepositoryMetadata> {
  return whatIsLeft(paths, await findStored(paths, nameOrGuid, machine));
}

/** Returns the metadata of a repository; for one whose metadata cannot be read, what else tells of it. */
export async function whatIsLeft(paths: Paths, stored: StoredRepository): Promise<RepositoryMetadata> {
  if (stored.kind === 'repository') return stored.metadata;
  const { guid, name, metadata } = stored;
  return metadata ?? { guid, name, networkId: await networkIdLeft(paths, guid), created: '' };
}

/**
 * Gives a repository another name, in its metadata alone; call it under the machine's lock. Throws bad-name, and
 * name-taken, also for a name whose creation is under way.
 */
export async function renameInMetadata(
  paths: Paths,
  guid: string,
  name: string,
): Promise<RepositoryMetadata> {
  if (!isValidName(name)) throw new AppError('bad-name', { name });
  const { known } = await readAllMetadata(paths);
  const current = known.find((metadata) => metadata.guid === guid);
  if (current === undefined) throw new AppError('repository-not-found', { name: guid, machine: hostname() });
  if (await hasName(paths, name, guid)) throw new AppError('name-taken', { name });
  const renamed = { ...current, name };
  if (current.name !== name) await writeMetadata(paths, renamed);
  return renamed;
}

/**
 * Tells whether a repository has a name: in its metadata, be it unfinished, or, damaged, by its link. `own`: the GUID of
 * the one that may have it.
 */
export async function hasName(paths: Paths, name: string, own?: string): Promise<boolean> {
  const damaged = (await listRepositories(paths)).filter((stored) => stored.kind === 'damaged');
  const { known } = await readAllMetadata(paths);
  return [...known, ...damaged].some((one) => one.name === name && one.guid !== own);
}

/** Writes the metadata of a repository in one step. Called under the repository's lock. */
export async function writeMetadata(paths: Paths, metadata: RepositoryMetadata): Promise<void> {
  const text = JSON.stringify(metadata, undefined, 2) + '\n';
  await replaceAlone(metadataFile(paths, metadata.guid), text, { mode: 0o600 });
}

/** Lists the metadata of every repository of the datastore that is not damaged, by name. */
export async function knownRepositories(paths: Paths): Promise<RepositoryMetadata[]> {
  const stored = await listRepositories(paths);
  const known = stored.flatMap((one) => (one.kind === 'repository' ? [one.metadata] : []));
  return known.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the sizes in bytes of the forks that share their parents' space. */
export function sharingSizes(stored: readonly StoredRepository[]): number[] {
  return stored.flatMap((one) =>
    one.kind === 'repository' && one.metadata.sharesSpace === true ? [one.size] : [],
  );
}

/**
 * Reads all metadata, those of unfinished repositories included. `damaged`: the GUIDs of those that have none, or none
 * that can be read.
 */
export async function readAllMetadata(
  paths: Paths,
): Promise<{ known: RepositoryMetadata[]; damaged: string[] }> {
  const names = await listIfThere(repositoriesFolder(paths));
  const guids = new Set(names.map((name) => name.replace(/\.(?:json|partial)$/, '')).filter(isGuid));
  const read = await inTurns([...guids], READ_AT_ONCE, async (guid) => ({
    guid,
    metadata: await readMetadata(paths, guid),
  }));
  return {
    known: read.flatMap(({ metadata }) => (typeof metadata === 'string' ? [] : [metadata])),
    damaged: read.flatMap(({ guid, metadata }) => (typeof metadata === 'string' ? [guid] : [])),
  };
}
