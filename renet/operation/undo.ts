import { toAppError } from '../../shared/errors.ts';
import type { StepKind, StepResult } from '../../shared/model.ts';
import type { Verb } from '../../shared/verbs.ts';
import type { StepDependencies } from './stepDependencies.ts';
import { undoEnable } from './steps/autostartSteps.ts';

/** What it takes to take something back. */
export type UndoDependencies = Pick<StepDependencies, 'machine' | 'repository' | 'hostname' | 'notice'>;

const OPENING: ReadonlySet<StepKind> = new Set(['open', 'open-by-key']);

/** What a person is told when it could not be taken back: that something stays, and what to do about it. */
const NOT_UNDONE: Partial<Record<Verb, 'not-removed' | 'key-not-removed'>> = {
  create: 'not-removed',
  fork: 'not-removed',
  'autostart-enable': 'key-not-removed',
};

/**
 * Takes back what a failed or cancelled verb left half done. What cannot be taken back is told in a notice, and changes
 * nothing about why it had to be.
 */
export async function undo(
  verb: Verb,
  results: readonly StepResult[],
  work: UndoDependencies,
): Promise<void> {
  try {
    await takeBack(verb, results, work);
  } catch (thrown) {
    const details = { name: work.repository.name, reason: toAppError(thrown).message };
    work.notice({ code: NOT_UNDONE[verb] ?? 'not-closed', details });
  }
}

/** Takes back a whole create or fork, a key, or an opened volume that was never mounted. */
async function takeBack(verb: Verb, results: readonly StepResult[], work: UndoDependencies): Promise<void> {
  const { volumes, daemons } = work.machine;
  const began = (kind: StepKind): boolean =>
    results.some(({ step, outcome }) => step.kind === kind && outcome !== 'already');
  if (began('add-key')) await undoEnable(work);
  // It opened the volume, or was to mount one that was left open.
  const opened = results.some(
    ({ step, outcome }) =>
      (OPENING.has(step.kind) && outcome === 'succeeded') || (step.kind === 'mount' && outcome === 'failed'),
  );
  if (verb === 'create' || verb === 'fork') {
    await daemons.stop(work.repository);
    await volumes.unmount(work.repository);
    await volumes.close(work.repository);
    await volumes.remove(work.repository);
    work.notice({ code: 'rolled-back', details: {} });
  } else if (verb === 'resize' && (began('open') || began('open-by-key'))) {
    // It was opened for the growth alone; what has grown stays, and a second try completes it.
    await volumes.unmount(work.repository);
    await volumes.close(work.repository);
  } else if (opened && !(await volumes.isMounted(work.repository.guid))) {
    // The next mount would find it open, and take any passphrase.
    await volumes.close(work.repository);
  }
}
