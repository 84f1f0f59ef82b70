import { autostartCondition } from '../../shared/autostart.ts';
import { AppError } from '../../shared/errors.ts';
import type { AutostartEntry, AutostartList, Verdict } from '../../shared/model.ts';
import { failedVerdict, lostVerdict } from '../../shared/verdict.ts';
import type { Engine, FollowOptions, MachineReference } from './engine.ts';
import { abortable } from './readStream.ts';

export type AutostartVerb = 'autostart-enable' | 'autostart-disable';

/** What "all" means on one machine, in the machine's order. */
export interface AutostartTargets {
  readonly wanted: readonly AutostartEntry[];
  /** Forks that are not enabled for being forks. */
  readonly forks: readonly AutostartEntry[];
}

/** The repositories that a verb for all has work with: to enable, what is not enabled in good order. */
export function autostartTargets(
  { repositories, unit }: AutostartList,
  verb: AutostartVerb,
): AutostartTargets {
  const conditionOf = (entry: AutostartEntry): string => autostartCondition(entry, unit);
  if (verb === 'autostart-disable') {
    return { wanted: repositories.filter((entry) => conditionOf(entry) !== 'off'), forks: [] };
  }
  const open = repositories.filter((entry) => conditionOf(entry) !== 'on');
  return {
    wanted: open.filter(({ parent }) => parent === undefined),
    forks: open.filter(({ parent }) => parent !== undefined),
  };
}

/** Passphrases as LUKS gets them: one that is tried on each, or each repository's by its name. */
export type Passphrases = Uint8Array | ReadonlyMap<string, Uint8Array>;

export interface AutostartAll {
  readonly machine: MachineReference;
  readonly verb: AutostartVerb;
  readonly entries: readonly Pick<AutostartEntry, 'guid' | 'name'>[];
  /** Needed to enable. Wiped at the end, whatever happens. */
  readonly passphrases?: Passphrases;
}

/** Who watches, and may end it. */
export interface AutostartWatch {
  /** Cancels the operation that runs and begins no other. */
  readonly cancel: AbortSignal;
  /** Stops watching the operation that runs; it goes on. */
  readonly leave: AbortSignal;
  /** An operation was started: what shows it. */
  readonly onStarted: (operation: string) => Omit<FollowOptions, 'from' | 'signal'>;
  /** One repository is done with. */
  readonly onEnded?: (result: AutostartResult) => void | Promise<void>;
  /** The operation that runs could not be asked to stop. */
  readonly onCancelFailed?: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How it went with one repository. */
export interface AutostartResult {
  readonly guid: string;
  readonly repository: string;
  /** Absent when none could be started; the verdict's error says why. */
  readonly operation?: string;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

/**
 * Runs the verb on one repository after the other; a failure, of whatever kind, is that repository's result and stops
 * no other. `notBegun`: those left when it was cancelled. Throws `operation-left` when told to leave one that runs.
 */
export async function autostartAll(
  engine: Engine,
  job: AutostartAll,
  watch: AutostartWatch,
): Promise<{ results: AutostartResult[]; notBegun: string[] }> {
  const results: AutostartResult[] = [];
  const { entries, passphrases } = job;
  try {
    for (const entry of entries) {
      if (watch.cancel.aborted) break;
      const result = await runOne(engine, job, entry, watch);
      results.push(result);
      await watch.onEnded?.(result);
    }
  } finally {
    wipe(passphrases);
  }
  return { results, notBegun: entries.slice(results.length).map(({ name }) => name) };
}

/** Overwrites every passphrase. */
function wipe(passphrases: Passphrases | undefined): void {
  if (passphrases === undefined) return;
  for (const bytes of passphrases instanceof Uint8Array ? [passphrases] : passphrases.values()) bytes.fill(0);
}

async function runOne(
  engine: Engine,
  job: AutostartAll,
  { guid, name }: Pick<AutostartEntry, 'guid' | 'name'>,
  watch: AutostartWatch,
): Promise<AutostartResult> {
  const startedAt = watch.now();
  let operation: string | undefined;
  let verdict: Verdict;
  try {
    const passphrase = passphraseOf(job, name);
    const request = { verb: job.verb, repository: name, options: {} };
    const starting = engine.start(job.machine, request, passphrase ? { passphrase } : {});
    ({ operation } = await abortable(watch.leave, starting));
    verdict = await followOne(engine, job.machine, operation, watch);
  } catch (error) {
    if (watch.leave.aborted) {
      throw operation === undefined ? error : new AppError('operation-left', { id: operation });
    }
    verdict = failedVerdict(error);
  }
  const milliseconds = watch.now() - startedAt;
  return { guid, repository: name, ...(operation !== undefined && { operation }), verdict, milliseconds };
}

function passphraseOf({ verb, passphrases }: AutostartAll, name: string): Uint8Array | undefined {
  if (verb === 'autostart-disable') return undefined;
  const passphrase = passphrases instanceof Uint8Array ? passphrases : passphrases?.get(name);
  if (passphrase === undefined) throw new AppError('passphrase-missing', { name });
  return passphrase;
}

/** Follows to the verdict; asks the operation to stop when that is wanted by then or while it runs. */
async function followOne(
  engine: Engine,
  machine: MachineReference,
  operation: string,
  { cancel, leave, onStarted, onCancelFailed }: AutostartWatch,
): Promise<Verdict> {
  const askToStop = (): void => {
    // The verdict tells whether it worked.
    engine.cancel(machine, operation).catch((error: unknown) => onCancelFailed?.(error));
  };
  if (cancel.aborted) askToStop();
  else cancel.addEventListener('abort', askToStop);
  try {
    const end = await engine.follow(machine, operation, { ...onStarted(operation), signal: leave });
    return end.kind === 'verdict' ? end.verdict : lostVerdict(operation);
  } finally {
    cancel.removeEventListener('abort', askToStop);
  }
}
