import { AppError } from '../../shared/errors.ts';
import type { Plan } from '../../shared/model.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { Assignment } from '../../shared/protocol/protocol.ts';
import { withMachineLock } from './locks.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { digestOf, makePlan } from './plan.ts';
import type { MadePlan } from './plan.ts';
import { listUnfinished, reserve } from '../repository/repositories.ts';
import { checkSecrets, createSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { collectUnfinished } from './unfinished.ts';

/** A verb that may run: its plan, with the repository that it is for. */
export type Prepared = MadePlan & { repository: RepositoryMetadata };

/**
 * Makes the plan of an assignment, under the repository's lock; every refusal comes from here, before anything was
 * changed. What a create or a fork makes has its name and its network id from then on.
 */
export async function prepare(
  assignment: Assignment,
  machine: MachineDependencies,
): Promise<{ prepared: Prepared; secrets: Secrets }> {
  const { paths } = machine;
  const { verb } = assignment.request;
  if (verb === 'create' || verb === 'fork')
    return withMachineLock(paths, async () => {
      await collectUnfinished(machine);
      return prepareAsThingsAre(assignment, machine);
    });
  // The name or the space that is asked for may be of what a killed operation left.
  if ((verb === 'rename' || verb === 'resize') && (await listUnfinished(paths)).length > 0)
    await withMachineLock(paths, () => collectUnfinished(machine));
  return prepareAsThingsAre(assignment, machine);
}

async function prepareAsThingsAre(
  assignment: Assignment,
  machine: MachineDependencies,
): Promise<{ prepared: Prepared; secrets: Secrets }> {
  const { request, digest } = assignment;
  const made = await makePlan(machine, request);
  const { plan } = made;
  if (digest !== undefined && digest !== digestOf(plan)) {
    throw new AppError('changed-since-preview', { name: request.repository });
  }
  const secrets = createSecrets(assignment, plan.repository.name);
  checkSecrets(plan, secrets);
  return { prepared: await withRepository(assignment, made, machine), secrets };
}

/** Gives what is yet to be made its metadata. */
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

/** What is written down of a fork's parent. A parent that was never mounted still has the data of its own. */
function ancestry({ guid, name, inherits }: RepositoryMetadata, plan: Plan): Partial<RepositoryMetadata> {
  const shares = plan.steps.some(({ kind }) => kind === 'share');
  return { parent: guid, inherits: inherits ?? { guid, name }, ...(shares ? { sharesSpace: true } : {}) };
}
