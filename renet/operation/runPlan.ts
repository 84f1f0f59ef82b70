import { stripVTControlCharacters } from 'node:util';
import { toAppError, toWire } from '../../shared/errors.ts';
import { completePlan, goesOn, verdictOf } from '../../shared/lifecycle.ts';
import type { Plan, Step, StepKind, StepResult, Verdict } from '../../shared/model.ts';
import type { Verb } from '../../shared/verbs.ts';
import { discover } from '../repository/folders.ts';
import type { OperationLog } from './log/operationLog.ts';
import { mountPath } from '../paths.ts';
import { perform } from './steps/perform.ts';
import type { StepDependencies } from './stepDependencies.ts';
import { undoEnable } from './steps/autostartSteps.ts';

const TAIL_BYTES = 8 * 1024;
const LAST_LINES = 10;
const OPENING: ReadonlySet<StepKind> = new Set(['open', 'open-by-key']);

/**
 * Runs a plan, step by step, each with its events; what is undone after a failure is undone here too. Returns the
 * verdict, which the caller logs last. `doStep` is what does a step (a test may only note it).
 */
export async function runPlan(first: Plan, work: StepDependencies, doStep = perform): Promise<Verdict> {
  const tails = new Map<number, Buffer>();
  const log = keepingTails(work.log, tails);
  const results: StepResult[] = [];
  let plan = first;
  for (let index = 0; index < plan.steps.length && !work.signal.aborted; index += 1) {
    const step = plan.steps[index];
    if (step === undefined) break;
    log.begin(step);
    let result = await doStep(step, { ...work, log });
    if (step.kind === 'discover' && result.outcome === 'succeeded') {
      try {
        plan = await complete(plan, work);
      } catch (thrown) {
        result = { step, outcome: 'failed', error: toWire(thrown) };
      }
    }
    work.log.event({ type: 'step-ended', result });
    if (step.kind === 'discover' && plan.complete) work.log.event({ type: 'plan', plan });
    results.push(result);
    if (!goesOn(result)) break;
  }
  const cancelled = work.signal.aborted && !finished(plan, results);
  const verdict = verdictOf(plan, results, { cancelled }, (step) => lastLines(tails.get(step.index)));
  if (verdict.kind === 'failed' || verdict.kind === 'cancelled') await undoEvenSo(plan, results, work);
  return verdict;
}

/** True when every step ran to its own end: a cancel that came after the last one changed nothing. */
function finished(plan: Plan, results: readonly StepResult[]): boolean {
  return results.length === plan.steps.length && results.every((result) => result.outcome !== 'cancelled');
}

/** What an `up --mount` could not see before its volume was open. */
async function complete(plan: Plan, work: StepDependencies): Promise<Plan> {
  const found = await discover(mountPath(work.machine.paths, work.repository.guid));
  const whole = completePlan(plan, work.options, found.files, found.notices);
  work.files = found.files;
  return whole;
}

/** What a person is told when it could not be taken back: that something stays, and what to do about it. */
const NOT_UNDONE: Partial<Record<Verb, 'not-removed' | 'key-not-removed'>> = {
  create: 'not-removed',
  fork: 'not-removed',
  'autostart-enable': 'key-not-removed',
};

/** Takes back what can be; what cannot is said, and changes nothing about why it had to be taken back. */
async function undoEvenSo(plan: Plan, results: readonly StepResult[], work: StepDependencies): Promise<void> {
  try {
    await undo(plan, results, work);
  } catch (thrown) {
    const { name } = work.repository;
    const details = { name, reason: toAppError(thrown).message };
    work.notice({ code: NOT_UNDONE[plan.verb] ?? 'not-closed', details });
  }
}

/** Takes back what a failed or cancelled verb made: a whole create or fork, or an opened volume that was never mounted. */
async function undo(plan: Plan, results: readonly StepResult[], work: StepDependencies): Promise<void> {
  const { volumes, daemons } = work.machine;
  const began = (kind: StepKind): boolean =>
    results.some(({ step, outcome }) => step.kind === kind && outcome !== 'already');
  if (began('add-key')) await undoEnable(work);
  // It opened the volume, or was to mount one that was left open.
  const opened = results.some(
    ({ step, outcome }) =>
      (OPENING.has(step.kind) && outcome === 'succeeded') || (step.kind === 'mount' && outcome === 'failed'),
  );
  if (plan.verb === 'create' || plan.verb === 'fork') {
    await daemons.stop(work.repository);
    await volumes.unmount(work.repository);
    await volumes.close(work.repository);
    await volumes.remove(work.repository);
    work.notice({ code: 'rolled-back', details: {} });
  } else if (plan.verb === 'resize' && (began('open') || began('open-by-key'))) {
    // It was opened for the growth alone; what has grown stays, and a second try completes it.
    await volumes.unmount(work.repository);
    await volumes.close(work.repository);
  } else if (opened && !(await volumes.isMounted(work.repository.guid))) {
    // The next mount would find it open, and take any passphrase.
    await volumes.close(work.repository);
  }
}

function keepingTails(
  log: OperationLog,
  tails: Map<number, Buffer>,
): OperationLog & { begin: (step: Step) => void } {
  let current = -1;
  return {
    ...log,
    begin: (step) => {
      current = step.index;
      log.event({ type: 'step-started', step });
    },
    output: (bytes) => {
      log.output(bytes);
      const joined = Buffer.concat([tails.get(current) ?? Buffer.alloc(0), bytes]);
      tails.set(current, joined.subarray(Math.max(0, joined.length - TAIL_BYTES)));
    },
  };
}

/** The last lines of a terminal's bytes as plain text: what a carriage return overwrote is left out. */
export function lastLines(tail: Uint8Array | undefined): string[] {
  const text = stripVTControlCharacters(Buffer.from(tail ?? []).toString('utf8'));
  const lines = text.split('\n').map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '');
  return lines.filter((line) => line.trim() !== '').slice(-LAST_LINES);
}
