import { keyOfBulkItem } from '../../shared/api/apiModel.ts';
import type { Bulk, BulkApiRequest, BulkShown, MachineKey } from '../../shared/api/apiModel.ts';
import { selectAutostart } from '../../shared/bulk.ts';
import type { LeftOut } from '../../shared/bulk.ts';
import { AppError, fromWire, toWire } from '../../shared/errors.ts';
import type { BulkTask } from '../engine/bulk/runBulk.ts';
import { surveyBulk } from '../engine/bulk/bulkSurvey.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { MachineReference } from '../engine/machineReference.ts';

/** The work of a bulk verb, as it was found on the machines. */
interface Survey {
  readonly tasks: readonly BulkTask[];
  readonly leftOut: readonly (LeftOut & { readonly machine: MachineReference })[];
  /** Machines that could not be asked. */
  readonly failures: Bulk['failures'];
}

interface SurveyDependencies {
  readonly engine: Pick<Engine, 'request'>;
  readonly clock: Clock;
  readonly resolve: (machine: MachineKey) => Promise<MachineReference>;
}

/** Asks every machine of the request, all at once, for what there is to do. Never rejects. */
export async function surveyMachines(
  dependencies: SurveyDependencies,
  request: BulkApiRequest,
): Promise<Survey> {
  const surveys = await Promise.all(
    request.machines.map(async (machine): Promise<Survey> => {
      try {
        return await surveyOne(dependencies, await dependencies.resolve(machine), request);
      } catch (error) {
        return { tasks: [], leftOut: [], failures: [{ machine, error: toWire(error) }] };
      }
    }),
  );
  return {
    tasks: surveys.flatMap(({ tasks }) => tasks),
    leftOut: surveys.flatMap(({ leftOut }) => leftOut),
    failures: surveys.flatMap(({ failures }) => failures),
  };
}

async function surveyOne(
  { engine, clock }: SurveyDependencies,
  machine: MachineReference,
  { verb, includeForks = false, excludeForks, mountOnly = false, unmount = false }: BulkApiRequest,
): Promise<Survey> {
  const placed = <T extends object>(found: readonly T[]): (T & { machine: MachineReference })[] =>
    found.map((one) => ({ ...one, machine }));
  if (verb === 'autostart-enable' || verb === 'autostart-disable') {
    const list = await engine.request(machine, 'autostart.list', {});
    const { targets, leftOut } = selectAutostart({ verb, excludeForks }, list);
    return { tasks: placed(targets), leftOut: placed(leftOut), failures: [] };
  }
  const asked =
    verb === 'up'
      ? { verb: 'up-all' as const, includeForks, mountOnly }
      : { verb: 'down-all' as const, includeForks, unmount };
  const { tasks, leftOut, unreachable } = await surveyBulk(engine, [machine], asked, () => clock.now());
  const [failed] = unreachable;
  if (failed?.verdict.error) throw fromWire(failed.verdict.error);
  return { tasks, leftOut, failures: [] };
}

/**
 * Returns the tasks that a person was shown, each with the digest of its preview. `gone`: the repositories that were
 * shown and have no task any more. Tasks that came after the preview are left out.
 */
export function asShown(
  tasks: readonly BulkTask[],
  shown: readonly BulkShown[] | undefined,
): { tasks: readonly BulkTask[]; gone: readonly BulkShown[] } {
  if (shown === undefined) return { tasks, gone: [] };
  const isOf = ({ machine, guid }: BulkTask, item: BulkShown): boolean =>
    keyOfBulkItem(item) ===
    keyOfBulkItem({ machine: { context: machine.context, name: machine.machine.name }, guid });
  const found = shown.map((item) => ({ item, task: tasks.find((task) => isOf(task, item)) }));
  return {
    tasks: found.flatMap(({ item: { digest }, task }) =>
      task === undefined ? [] : [{ ...task, ...(digest !== undefined && { digest }) }],
    ),
    gone: found.flatMap(({ item, task }) => (task === undefined ? [item] : [])),
  };
}

/** Returns the error for a repository that was shown in the preview and has no task any more. */
export function changedSince({ repository }: BulkShown): AppError {
  return new AppError('changed-since-preview', { name: repository });
}
