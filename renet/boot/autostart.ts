import { hostname } from 'node:os';
import { autostartNotices, autostartProblems } from '../../shared/autostart.ts';
import { toWire } from '../../shared/errors.ts';
import type { AutostartEntry, AutostartList, AutostartState, OperationSummary } from '../../shared/model.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { listOperations } from '../operation/knownOperations.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { findRepository, knownRepositories } from '../repository/repositories.ts';

/** The number of operations that are searched for the last boot and shutdown of the repositories. */
const OPERATIONS = 500;

/**
 * Returns what is known of a repository's autostart without trying its key: whether it is enabled, and how its last
 * boot and shutdown went.
 */
export function autostartState(enabled: boolean, operations: readonly OperationSummary[]): AutostartState {
  const lastBoot = operations.find(({ origin }) => origin === 'boot');
  const lastShutdown = operations.find(({ origin }) => origin === 'shutdown');
  return {
    enabled,
    ...(lastBoot === undefined ? {} : { lastBoot }),
    ...(lastShutdown === undefined ? {} : { lastShutdown }),
  };
}

/** Lists the autostart of every repository, by name; each key is tried on its volume. */
export async function listAutostart(machine: MachineDependencies): Promise<AutostartList> {
  const { paths, bootUnit } = machine;
  const all = await knownRepositories(paths);
  const operations = await listOperations(paths, { limit: OPERATIONS });
  const problem = await bootUnit.problem();
  const repositories: AutostartEntry[] = [];
  for (const metadata of all) repositories.push(await entryOf(machine, metadata, all, operations));
  const wanted = repositories.some(({ enabled }) => enabled);
  return { unit: problem !== undefined && wanted ? { problem: toWire(problem) } : {}, repositories };
}

/** Checks the autostart of one repository, and the boot service when it is enabled. Throws repository-not-found. */
export async function verifyAutostart(
  machine: MachineDependencies,
  nameOrGuid: string,
): Promise<AutostartEntry> {
  const { paths, bootUnit } = machine;
  const metadata = await findRepository(paths, nameOrGuid, hostname());
  const operations = await listOperations(paths, { guid: metadata.guid });
  const entry = await entryOf(machine, metadata, await knownRepositories(paths), operations);
  const problem = entry.enabled ? await bootUnit.problem() : undefined;
  return problem === undefined ? entry : { ...entry, problems: [...entry.problems, toWire(problem)] };
}

async function entryOf(
  machine: MachineDependencies,
  metadata: RepositoryMetadata,
  all: readonly RepositoryMetadata[],
  operations: readonly OperationSummary[],
): Promise<AutostartEntry> {
  const { guid, name, parent, autostart } = metadata;
  const own = operations.filter(({ repository }) => repository.guid === guid);
  const { after, delay, consent } = autostart ?? {};
  const before = all.find((one) => one.guid === after);
  return {
    ...autostartState(autostart !== undefined, own),
    guid,
    name,
    ...(parent === undefined ? {} : { parent }),
    ...(after === undefined ? {} : { after: before?.name ?? after }),
    ...(delay === undefined ? {} : { delay }),
    ...(consent === undefined ? {} : { consent }),
    ...(await conditionOf(machine, metadata)),
  };
}

/**
 * Returns the problems of one repository's autostart, and what is worth knowing. An error of its own is a problem, so
 * that a volume that cannot be read does not take the others out of the list.
 */
async function conditionOf(
  { keys }: MachineDependencies,
  { guid, name, autostart }: RepositoryMetadata,
): Promise<Pick<AutostartEntry, 'problems' | 'notices'>> {
  try {
    const facts = { ...(await keys.facts({ guid, name })), name, recorded: autostart !== undefined };
    const notices = autostartNotices(facts);
    return { problems: autostartProblems(facts), ...(notices.length > 0 ? { notices } : {}) };
  } catch (error) {
    return { problems: [toWire(error)] };
  }
}
