import { toAppError } from '../../shared/errors.ts';
import type { Step, StepKind, StepResult } from '../../shared/model.ts';
import type { Verb } from '../../shared/verbs.ts';
import type { StepDependencies } from './stepDependencies.ts';
import { undoEnable } from './steps/autostartSteps.ts';

/** The dependencies of taking back. */
export type UndoDependencies = Pick<StepDependencies, 'machine' | 'repository' | 'hostname' | 'notice'>;

const OPENING: ReadonlySet<Step['kind']> = new Set(['open', 'open-by-key']);

/** The notice about what could not be taken back: what stays, and what to do about it. */
const NOT_UNDONE: Partial<Record<Verb, 'not-removed' | 'key-not-removed'>> = {
  create: 'not-removed',
  fork: 'not-removed',
  'autostart-enable': 'key-not-removed',
};

/**
 * Takes back what a failed or cancelled verb left half done. If that fails, a notice says so; the verb's own error
 * stays the one that is shown.
 */
export async function undo(
  verb: Verb,
  results: readonly StepResult[],
  dependencies: UndoDependencies,
): Promise<void> {
  try {
    await takeBack(verb, results, dependencies);
  } catch (thrown) {
    const details = { name: dependencies.repository.name, reason: toAppError(thrown).message };
    dependencies.notice({ code: NOT_UNDONE[verb] ?? 'not-closed', details });
  }
}

/** Takes back a whole create or fork, an autostart key, or an opened volume that was never mounted. */
async function takeBack(
  verb: Verb,
  results: readonly StepResult[],
  dependencies: UndoDependencies,
): Promise<void> {
  const { volumes, daemons } = dependencies.machine;
  const began = (kind: StepKind): boolean =>
    results.some(({ step, outcome }) => step.kind === kind && outcome !== 'already');
  if (began('add-key')) await undoEnable(dependencies);
  // The verb opened the volume, or failed to mount one that had been left open.
  const opened = results.some(
    ({ step, outcome }) =>
      (OPENING.has(step.kind) && outcome === 'succeeded') || (step.kind === 'mount' && outcome === 'failed'),
  );
  if (verb === 'create' || verb === 'fork') {
    await daemons.stop(dependencies.repository);
    await volumes.unmount(dependencies.repository);
    await volumes.close(dependencies.repository);
    await volumes.discard(dependencies.repository);
    dependencies.notice({ code: 'rolled-back', details: {} });
  } else if (verb === 'resize' && (began('open') || began('open-by-key'))) {
    // The volume was opened only to grow it. What has grown stays, and a second try completes it.
    await volumes.unmount(dependencies.repository);
    await volumes.close(dependencies.repository);
  } else if (opened && !(await volumes.isMounted(dependencies.repository.guid))) {
    // Left open, the volume would be mounted next time whatever passphrase is given.
    await volumes.close(dependencies.repository);
  }
}
