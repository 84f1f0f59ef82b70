import { downOrder } from '../discovery.ts';
import { AppError } from '../errors.ts';
import type { FailureRule, FunctionName } from '../model.ts';
import type { Notice } from '../notices.ts';
import { closingSteps, numbered, partingSteps, planWith, stops } from './planSteps.ts';
import type { PlanOf, PlanSubject, Starting, StepDraft } from './planSteps.ts';
import type { OptionsOf } from '../verbs.ts';

/** The Rediaccfiles in starting order (discovery.ts), relative to the root, and the notices about them. */
interface Inside {
  files: readonly string[];
  notices: readonly Notice[];
}

/**
 * The facts for an up. `path`: where the repository is mounted, for messages. The Rediaccfiles of a closed one cannot
 * be seen.
 */
export type UpFacts = PlanSubject & { inherits: boolean; path: string } & (
    { volume: 'closed' | 'open' } | ({ volume: 'mounted' } & Inside)
  );

/** The facts for a down. `unseen`: there are folders whose Rediaccfiles cannot be read; a notice names each. */
export type DownFacts = PlanSubject &
  ({ volume: 'closed' | 'open' } | ({ volume: 'mounted'; daemon: boolean; unseen: boolean } & Inside));

/**
 * Returns the plan of an up. The plan for a closed repository is not complete, as its Rediaccfiles are seen only once
 * it is mounted (completeUp). Throws not-mounted, nothing-to-start.
 */
export function planUp(options: OptionsOf<'up'>, facts: UpFacts): PlanOf<'up'> {
  const { repository, inherits, volume } = facts;
  const parting = partingSteps(inherits);
  if (volume === 'mounted') {
    const steps = [...parting, ...stops('daemon-start'), ...startingSteps(options, facts)];
    return planWith('up', repository, steps, facts.notices);
  }
  const { mount = false, boot = false } = options;
  if (!mount && !boot) throw new AppError('not-mounted', { name: repository.name });
  const opening = boot ? stops('open-by-key', 'mount') : stops('open', 'mount');
  return planWith('up', repository, [...opening, ...parting, ...stops('discover', 'daemon-start')]);
}

/**
 * Returns the whole plan of an up whose repository has been mounted by now: the steps that have run stay, and the steps
 * that could not be seen follow. Throws nothing-to-start.
 */
export function completeUp(
  plan: PlanOf<'up'>,
  options: OptionsOf<'up'>,
  inside: Inside & { path: string },
): PlanOf<'up'> {
  const rest = startingSteps(options, { repository: plan.repository, ...inside });
  return {
    ...plan,
    steps: [...plan.steps, ...numbered(rest, plan.steps.length)],
    complete: true,
    notices: [...plan.notices, ...inside.notices],
  };
}

/** Returns the steps that follow the daemon's start: every prep before any up. */
function startingSteps(
  { boot = false, prepOnly = false }: OptionsOf<'up'>,
  { repository: { name }, path, files }: PlanSubject & Inside & { path: string },
): StepDraft<Starting>[] {
  if (files.length === 0) throw new AppError('nothing-to-start', { name, path });
  // At boot the services start as they were prepared (docs/decisions/boot-and-shutdown-order.md).
  const preps = boot ? [] : files.map((file) => functionStep('prep', file, 'stop'));
  const ups = files.map((file) => functionStep('up', file, isRoot(file) ? 'stop' : 'continue'));
  // A file that bash cannot read is a failing prep, and where no prep runs a failing up of that file.
  const check: StepDraft<'check'> = { kind: 'check', onFailure: boot ? 'continue' : 'stop' };
  return [...stops('slots'), check, ...preps, ...(prepOnly ? [] : ups)];
}

/**
 * Returns the plan of a down. It calls every function it can, and closes the volume, where that is asked for, whatever
 * failed.
 */
export function planDown(options: OptionsOf<'down'>, facts: DownFacts): PlanOf<'down'> {
  const { repository, volume } = facts;
  const { name } = repository;
  const closing = options.unmount === true ? closingSteps(volume) : [];
  if (facts.volume !== 'mounted') {
    const closed: Notice[] = volume === 'closed' ? [{ code: 'already-closed', details: { name } }] : [];
    return planWith('down', repository, closing, closed);
  }
  const { daemon, unseen } = facts;
  const notices = [...facts.notices];
  if (!daemon) notices.push({ code: 'nothing-running', details: { name } });
  // Without its daemon nothing of the repository runs, and a down() could only fail to reach the daemon.
  const files = daemon ? downOrder(facts.files) : [];
  if (daemon && files.length === 0 && !unseen) notices.push({ code: 'nothing-to-stop', details: { name } });
  const downs = files.map((file) => functionStep('down', file, 'continue'));
  // The check fails for folders that cannot be read: a down that was not called must not end as a success.
  const checks = downs.length > 0 || (daemon && unseen);
  const check: StepDraft<'check'>[] = checks ? [{ kind: 'check', onFailure: 'continue' }] : [];
  return planWith('down', repository, [...check, ...downs, ...closing], notices);
}

function functionStep(name: FunctionName, file: string, onFailure: FailureRule): StepDraft<'function'> {
  return { kind: 'function', onFailure, file, function: name };
}

/** Returns true for the Rediaccfile of the repository's root, whose up is critical; that of a folder is not. */
function isRoot(file: string): boolean {
  return !file.includes('/');
}
