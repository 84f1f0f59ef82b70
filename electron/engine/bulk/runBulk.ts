import type { BulkTarget } from '../../../shared/bulk.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Verdict } from '../../../shared/model.ts';
import { failedVerdict, lostVerdict } from '../../../shared/verdict.ts';
import type { Engine, FollowOptions, MachineReference } from '../engine.ts';
import { workInLanes } from './lanes.ts';
import { machineLabel } from '../machineReference.ts';
import { abortable } from '../agent/readStream.ts';

/**
 * The passphrases as LUKS gets them: one that is tried on each repository, or each repository's own by its task, its
 * GUID or its name. Only the task tells apart repositories of two machines that have the same GUID.
 */
export type Passphrases = Uint8Array | ReadonlyMap<BulkTask | string, Uint8Array>;

/** One repository's part in a bulk verb. */
export interface BulkTask extends BulkTarget {
  readonly machine: MachineReference;
  /** The digest of the plan that a person was shown. Another plan is refused. */
  readonly digest?: string;
}

interface BulkJob {
  readonly tasks: readonly BulkTask[];
  /** The most operations at once on one machine. They share its two channels, so that sshd's limit is never reached. */
  readonly limit: number;
  /** The passphrases for the repositories that need one. They are overwritten at the end, whatever happens. */
  readonly passphrases?: Passphrases | undefined;
}

/** The watcher of a bulk verb, which may end it. */
export interface BulkWatch {
  /** Cancels the operations that run and begins no other. */
  readonly cancel: AbortSignal;
  /** Stops watching the operations that run, which go on, and begins no other. */
  readonly leave: AbortSignal;
  /** Called with every task before the first one begins. */
  readonly onQueued?: (task: BulkTask) => void;
  /** Called when an operation was started. Returns the listener that shows the operation. */
  readonly onStarted: (task: BulkTask, operation: string) => Omit<FollowOptions, 'from' | 'signal'>;
  /** Called when a repository's part has ended. */
  readonly onEnded?: (result: BulkResult, task: BulkTask) => void | Promise<void>;
  /** Called when a running operation could not be asked to stop. */
  readonly onCancelFailed?: (error: unknown) => void;
  /** Returns the time, milliseconds since the epoch. */
  readonly now: () => number;
}

/** The result for one repository, or for a machine that could not be asked for its repositories. */
export interface BulkResult {
  readonly machine: string;
  /** Absent, as the name, in the result for a whole machine. */
  readonly guid?: string;
  readonly repository?: string;
  /** Absent when no operation could be started; the verdict's error has the reason. */
  readonly operation?: string;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

/** The outcome of a bulk verb. Each list is in the order of the tasks. */
export interface BulkOutcome {
  readonly results: readonly BulkResult[];
  /** The tasks that had not begun when the verb was cancelled or left. */
  readonly notBegun: readonly BulkTask[];
  /** The tasks whose operations still run. One without an operation was left while it was being started. */
  readonly left: readonly { readonly task: BulkTask; readonly operation?: string }[];
}

type End =
  { readonly result: BulkResult } | { readonly task: BulkTask; readonly operation: string | undefined };

/**
 * Runs every task: each machine's tasks in order, and at most `limit` of them at once. A failure of any kind is the
 * result of its repository and stops no other.
 */
export async function runBulk(
  engine: Pick<Engine, 'start' | 'follow' | 'cancel'>,
  { tasks, limit, passphrases }: BulkJob,
  watch: BulkWatch,
): Promise<BulkOutcome> {
  const laneOf = ({ machine }: BulkTask): string => machineLabel(machine);
  const signal = AbortSignal.any([watch.cancel, watch.leave]);
  for (const task of tasks) watch.onQueued?.(task);
  try {
    const ends = await workInLanes(tasks, { laneOf, limit, signal }, async (task) => {
      const end = await runOne(engine, task, passphrases, watch);
      if ('result' in end) await watch.onEnded?.(end.result, task);
      return end;
    });
    return {
      results: ends.flatMap((end) => (end !== undefined && 'result' in end ? [end.result] : [])),
      notBegun: tasks.filter((_, at) => ends[at] === undefined),
      left: ends.flatMap((end) => (end !== undefined && 'task' in end ? [leftOf(end)] : [])),
    };
  } finally {
    wipe(passphrases);
  }
}

function leftOf({ task, operation }: Extract<End, { task: unknown }>): BulkOutcome['left'][number] {
  return { task, ...(operation !== undefined && { operation }) };
}

/** Overwrites every passphrase. */
export function wipe(passphrases: Passphrases | undefined): void {
  if (passphrases === undefined) return;
  for (const bytes of passphrases instanceof Uint8Array ? [passphrases] : passphrases.values()) bytes.fill(0);
}

async function runOne(
  engine: Pick<Engine, 'start' | 'follow' | 'cancel'>,
  task: BulkTask,
  passphrases: Passphrases | undefined,
  watch: BulkWatch,
): Promise<End> {
  const { machine, guid, name, request, digest } = task;
  const startedAt = watch.now();
  let operation: string | undefined;
  let verdict: Verdict;
  try {
    const passphrase = passphraseOf(task, passphrases);
    const options = { ...(passphrase && { passphrase }), ...(digest !== undefined && { digest }) };
    const starting = engine.start(machine, { ...request, repository: name }, options);
    ({ operation } = await abortable(watch.leave, starting));
    verdict = await followOne(engine, task, operation, watch);
  } catch (error) {
    if (watch.leave.aborted) return { task, operation };
    verdict = failedVerdict(error);
  }
  const milliseconds = watch.now() - startedAt;
  const about = { machine: machine.machine.name, guid, repository: name };
  return { result: { ...about, ...(operation !== undefined && { operation }), verdict, milliseconds } };
}

/** Returns the passphrase that a task needs; undefined for a task that needs none. Throws `passphrase-missing`. */
function passphraseOf(task: BulkTask, passphrases: Passphrases | undefined): Uint8Array | undefined {
  const { guid, name, needsPassphrase } = task;
  if (!needsPassphrase) return undefined;
  const passphrase =
    passphrases instanceof Uint8Array
      ? passphrases
      : (passphrases?.get(task) ?? passphrases?.get(guid) ?? passphrases?.get(name));
  if (passphrase === undefined) throw new AppError('passphrase-missing', { name });
  return passphrase;
}

/** Follows an operation to its verdict. Asks it to stop when the verb is cancelled, or was cancelled before. */
async function followOne(
  engine: Pick<Engine, 'follow' | 'cancel'>,
  task: BulkTask,
  operation: string,
  { cancel, leave, onStarted, onCancelFailed }: BulkWatch,
): Promise<Verdict> {
  const askToStop = (): void => {
    // The verdict tells whether the operation stopped.
    engine.cancel(task.machine, operation).catch((error: unknown) => onCancelFailed?.(error));
  };
  if (cancel.aborted) askToStop();
  else cancel.addEventListener('abort', askToStop);
  try {
    const options = { ...onStarted(task, operation), signal: leave };
    const end = await engine.follow(task.machine, operation, options);
    return end.kind === 'verdict' ? end.verdict : lostVerdict(operation);
  } finally {
    cancel.removeEventListener('abort', askToStop);
  }
}
