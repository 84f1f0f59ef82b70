import { AppError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/model.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { Assignment } from '../../shared/protocol/protocol.ts';
import { withMachineLock } from './locks.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { digestOf, makePlan } from './plan.ts';
import type { MadePlan } from './plan.ts';
import { claimNetworkIds } from '../repository/networkIds.ts';
import { hasCode } from '../host.ts';
import { listUnfinished } from '../repository/repositories.ts';
import { reserve } from '../repository/reserve.ts';
import { checkSecrets, createSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { collectUnfinished } from './unfinished.ts';

/** A verb that may run: its plan, and the repository that it runs on. */
export type Prepared = MadePlan & { repository: RepositoryMetadata };

/** What an operation begins with. `kept`: why unfinished work of others was not removed before it. */
interface Ready {
  prepared: Prepared;
  secrets: Secrets;
  kept: AppError[];
}

/**
 * Makes the plan of an assignment, under the repository's lock. Throws every refusal, before anything is changed. For a
 * create or a fork it also reserves the new repository's name and network id.
 */
export async function prepare(assignment: Assignment, machine: MachineDependencies): Promise<Ready> {
  const { paths } = machine;
  const { verb } = assignment.request;
  if (verb === 'create' || verb === 'fork')
    return withMachineLock(paths, async () => {
      const kept = await collectUnfinished(machine);
      return { ...(await prepareAsThingsAre(assignment, machine)), kept };
    });
  let kept: AppError[] = [];
  // A create that was killed may still hold the name or the space that is asked for.
  if ((verb === 'rename' || verb === 'resize') && (await listUnfinished(paths)).length > 0)
    kept = await withMachineLock(paths, () => collectUnfinished(machine));
  if (verb === 'mount' || verb === 'up') await claimNetworkId(machine);
  return { ...(await prepareAsThingsAre(assignment, machine)), kept };
}

/**
 * Notes whose the network ids are, so that a volume which comes later with the same one is told from the first. What
 * has to start goes on where the note cannot be written (a full or read-only disk) or its lock is held for long: the
 * plan reads the datastores themselves as well.
 */
async function claimNetworkId({ paths }: MachineDependencies): Promise<void> {
  try {
    await claimNetworkIds(paths, (work) => withMachineLock(paths, work));
  } catch (error) {
    const isExpected = error instanceof AppError && ['disk-full', 'machine-busy'].includes(error.code);
    if (!isExpected && !hasCode(error, 'EROFS', 'EIO', 'EACCES')) throw error;
  }
}

/**
 * Makes the plan without removing unfinished volumes first. Throws changed-since-preview when a person was shown
 * another one.
 */
async function prepareAsThingsAre(
  assignment: Assignment,
  machine: MachineDependencies,
): Promise<Omit<Ready, 'kept'>> {
  const { request, digest } = assignment;
  const made = await makePlan(machine, request);
  const { plan } = made;
  if (digest !== undefined && digest !== digestOf(plan)) {
    throw new AppError('changed-since-preview', { name: request.repository });
  }
  // It was given a new one since its unit was started, which keeps its functions from all addresses but the old ones.
  if (
    'repository' in made &&
    (assignment.networkId ?? made.repository.networkId) !== made.repository.networkId
  )
    throw new AppError('changed-since-preview', { name: request.repository });
  const secrets = createSecrets(assignment, plan.repository.name);
  checkSecrets(plan, secrets);
  return { prepared: await withRepository(assignment, made, machine), secrets };
}

/** Adds the repository to a plan. For a create or a fork it writes the new repository's metadata. */
async function withRepository(
  { guid }: Assignment,
  made: MadePlan,
  { paths }: MachineDependencies,
): Promise<Prepared> {
  if (made.verb !== 'create' && made.verb !== 'fork') return made;
  const { name } = made.plan.repository;
  const fresh = { guid, name, created: new Date().toISOString() };
  if (made.verb === 'create') {
    const repository = await reserve(paths, fresh);
    return { ...made, plan: { ...made.plan, repository: { guid, name } }, repository };
  }
  const repository = await reserve(paths, { ...fresh, ...ancestry(made.parent, made.plan) });
  return { ...made, plan: { ...made.plan, repository: { guid, name } }, repository };
}

/**
 * Returns what a fork's metadata say of its parent. A parent that is itself a fork and was never mounted still holds
 * the containers of its own parent, so the fork inherits those.
 */
function ancestry({ guid, name, inherits }: RepositoryMetadata, plan: Plan): Partial<RepositoryMetadata> {
  const shares = plan.steps.some(({ kind }) => kind === 'share');
  return { parent: guid, inherits: inherits ?? { guid, name }, ...(shares ? { sharesSpace: true } : {}) };
}
