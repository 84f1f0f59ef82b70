import { selectRepositories } from '../../../shared/bulk.ts';
import type { BulkRequest, LeftOut } from '../../../shared/bulk.ts';
import { toAppError } from '../../../shared/errors.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Plan } from '../../../shared/model.ts';
import { failedVerdict } from '../../../shared/verdict.ts';
import type { BulkResult, BulkTask } from './runBulk.ts';
import type { Engine, MachineReference } from '../engine.ts';
import { workInLanes } from './lanes.ts';
import { machineLabel } from '../machineReference.ts';

/** The work of a bulk verb, over all its machines. */
export interface BulkSurvey {
  readonly tasks: readonly BulkTask[];
  readonly leftOut: readonly (LeftOut & { readonly machine: MachineReference })[];
  /** Machines that could not be asked, each with its failed verdict. */
  readonly unreachable: readonly BulkResult[];
}

/**
 * Asks every machine, all at once, for its repositories. A machine that cannot be asked becomes a result of its own.
 */
export async function surveyBulk(
  engine: Pick<Engine, 'request'>,
  machines: readonly MachineReference[],
  request: BulkRequest,
  now: () => number,
): Promise<BulkSurvey> {
  const surveys = await Promise.all(
    machines.map(async (machine): Promise<BulkSurvey> => {
      const startedAt = now();
      try {
        const repositories = await engine.request(machine, 'repository.list', {});
        const { targets, leftOut } = selectRepositories(request, repositories);
        return {
          tasks: targets.map((target) => ({ ...target, machine })),
          leftOut: leftOut.map((left) => ({ ...left, machine })),
          unreachable: [],
        };
      } catch (error) {
        const milliseconds = now() - startedAt;
        const result = { machine: machine.machine.name, verdict: failedVerdict(error), milliseconds };
        return { tasks: [], leftOut: [], unreachable: [result] };
      }
    }),
  );
  return {
    tasks: surveys.flatMap(({ tasks }) => tasks),
    leftOut: surveys.flatMap(({ leftOut }) => leftOut),
    unreachable: surveys.flatMap(({ unreachable }) => unreachable),
  };
}

/** One repository's dry run: the plan with its digest, or the refusal in which its operation would end at once. */
export type BulkPreview = { readonly task: BulkTask } & (
  { readonly plan: Plan; readonly digest: string } | { readonly refusal: AppError }
);

/** Returns the previews of all tasks, in the tasks' order, made by the machines' own plan verb. Nothing is changed. */
export async function previewBulk(
  engine: Pick<Engine, 'plan'>,
  tasks: readonly BulkTask[],
  limit: number,
): Promise<BulkPreview[]> {
  const { signal } = new AbortController();
  const laneOf = ({ machine }: BulkTask): string => machineLabel(machine);
  const previews = await workInLanes(tasks, { laneOf, limit, signal }, async (task): Promise<BulkPreview> => {
    try {
      return { task, ...(await engine.plan(task.machine, { ...task.request, repository: task.name })) };
    } catch (error) {
      return { task, refusal: toAppError(error) };
    }
  });
  return previews.filter((preview) => preview !== undefined);
}
