import { downOrder } from './discovery.ts';
import { AppError } from './errors.ts';
import type { Plan, Step, StepKind, StepResult, Verdict } from './model.ts';
import type { Notice } from './notices.ts';
import type { Verb } from './verbs.ts';
import type { VerbOptions } from './protocol/protocol.ts';

/** What a plan is made from: the repository as it stands now. */
export interface PlanFacts {
  repository: { guid: string; name: string };
  /** The mount path, for messages. */
  path: string;
  mounted: boolean;
  /** The volume is open, mounted or not. */
  open: boolean;
  daemon: boolean;
  /** It is a fork whose data are still as its parent left them. */
  inherits?: boolean;
  /** fork: the datastore's file system can copy a file by sharing its blocks. */
  canShare?: boolean;
  /** Containers that run now. */
  running: number;
  /** Rediaccfiles in starting order (discovery.ts), relative to the root; undefined while they cannot be seen. */
  files: readonly string[] | undefined;
  /** down: there are folders whose Rediaccfiles cannot be told; a notice names each. */
  unseen?: boolean;
  notices: readonly Notice[];
}

/**
 * The ordered steps of a verb, each with its failure rule (docs/decisions/verbs-and-their-rules.md). The preview and
 * the run are this same plan. Throws the refusals that need no step: not-mounted, still-mounted, nothing-to-start,
 * services-running, fork-needs-closed.
 */
export function planVerb(verb: Verb, options: VerbOptions, facts: PlanFacts): Plan {
  const notices = [...facts.notices];
  const draft = steps(verb, options, facts, notices);
  return {
    verb,
    repository: facts.repository,
    steps: draft.map((step, index) => ({ index, ...step })),
    complete: !draft.some((step) => step.kind === 'discover'),
    notices,
  };
}

type Draft = Omit<Step, 'index'>;

const stop = (kind: StepKind): Draft => ({ kind, onFailure: 'stop' });

function steps(verb: Verb, options: VerbOptions, facts: PlanFacts, notices: Notice[]): Draft[] {
  const { name } = facts.repository;
  switch (verb) {
    case 'create':
      return (['allocate', 'format', 'open', 'filesystem', 'mount', 'handover', 'commit'] as const).map(stop);
    case 'delete':
      if (facts.mounted) throw new AppError('still-mounted', { name });
      return [...closing(facts), stop('remove')];
    case 'mount':
      if (facts.mounted) notices.push({ code: 'already-mounted', details: { name } });
      return [...(facts.mounted ? [] : [stop('open'), stop('mount')]), ...partingSteps(facts)];
    case 'unmount':
      if (!facts.open) notices.push({ code: 'already-closed', details: { name } });
      // Stopping the daemon would end containers without their down().
      if (facts.running > 0) throw new AppError('services-running', { name, running: facts.running });
      return closing(facts);
    case 'autostart-enable':
      return (['check-passphrase', 'add-key', 'record', 'enable-unit'] as const).map(stop);
    case 'autostart-disable':
      return (['remove-key', 'record'] as const).map(stop);
    case 'rename':
      return [stop('rename')];
    case 'release-slot':
      if (!facts.mounted) throw new AppError('not-mounted', { name });
      return [stop('release-slot')];
    case 'resize':
      return resizeSteps(options, facts);
    case 'fork':
      // Writes would go on while the copy is made: half of it would be older than the rest.
      if (facts.canShare !== true && facts.open) throw new AppError('fork-needs-closed', { name });
      return [stop(facts.canShare === true ? 'share' : 'copy'), stop('renew'), stop('commit')];
    case 'passphrase-change':
      return [stop('change-passphrase')];
    case 'header-restore':
      if (facts.open) throw new AppError('still-mounted', { name });
      return (['check-header', 'restore-header'] as const).map(stop);
    case 'up':
      return upSteps(options, facts);
    case 'down':
      return downSteps(options, facts, notices);
  }
}

/** What is the parent's goes before a daemon could find it. */
function partingSteps({ inherits }: PlanFacts): Draft[] {
  return inherits === true ? [stop('forget-parent')] : [];
}

/** Growing needs the mounted volume: a closed one is opened for it, and is closed again. */
function resizeSteps({ byKey = false }: VerbOptions, facts: PlanFacts): Draft[] {
  const opening = byKey ? 'open-by-key' : 'open';
  const checking = byKey ? 'check-key' : 'check-passphrase';
  const first = stop(facts.open ? checking : opening);
  if (facts.mounted) return [first, stop('grow')];
  return [first, stop('mount'), stop('grow'), stop('unmount'), stop('close')];
}

function upSteps(options: VerbOptions, facts: PlanFacts): Draft[] {
  const { name } = facts.repository;
  const mount = options.mount === true || options.boot === true;
  if (!facts.mounted && !mount) throw new AppError('not-mounted', { name });
  const open = options.boot === true ? 'open-by-key' : 'open';
  const opening = [...(facts.mounted ? [] : [stop(open), stop('mount')]), ...partingSteps(facts)];
  const { files } = facts;
  if (files === undefined) return [...opening, stop('discover'), stop('daemon-start')];
  return [...opening, stop('daemon-start'), ...startingSteps(options, facts, files)];
}

/** What follows the daemon's start, once the Rediaccfiles are known. */
function startingSteps(options: VerbOptions, facts: PlanFacts, files: readonly string[]): Draft[] {
  if (files.length === 0)
    throw new AppError('nothing-to-start', { name: facts.repository.name, path: facts.path });
  // At boot the services start as they were prepared (docs/decisions/boot-and-shutdown-order.md).
  const prepared = options.boot === true ? [] : files;
  const preps = prepared.map((file): Draft => ({
    kind: 'function',
    onFailure: 'stop',
    file,
    function: 'prep',
  }));
  const ups = files.map((file): Draft => ({
    kind: 'function',
    onFailure: isRoot(file) ? 'stop' : 'continue',
    file,
    function: 'up',
  }));
  return [stop('slots'), stop('check'), ...preps, ...(options.prepOnly === true ? [] : ups)];
}

function downSteps(options: VerbOptions, facts: PlanFacts, notices: Notice[]): Draft[] {
  if (!facts.mounted) {
    if (!facts.open) notices.push({ code: 'already-closed', details: { name: facts.repository.name } });
    return options.unmount === true ? closing(facts) : [];
  }
  // Without its daemon nothing of the repository runs, and a down() could only fail to reach it.
  const { daemon, unseen = false } = facts;
  if (!daemon) notices.push({ code: 'nothing-running', details: { name: facts.repository.name } });
  const files = daemon ? downOrder(facts.files ?? []) : [];
  if (daemon && files.length === 0 && !unseen)
    notices.push({ code: 'nothing-to-stop', details: { name: facts.repository.name } });
  const downs = files.map((file): Draft => ({
    kind: 'function',
    onFailure: 'continue',
    file,
    function: 'down',
  }));
  // The check fails for what cannot be told: a down that was not called must not end as a success.
  const checks = downs.length > 0 || (daemon && unseen);
  const check: Draft[] = checks ? [{ kind: 'check', onFailure: 'continue' }] : [];
  return [...check, ...downs, ...(options.unmount === true ? closing(facts) : [])];
}

function closing({ mounted, open }: PlanFacts): Draft[] {
  if (mounted) return [stop('daemon-stop'), stop('unmount'), stop('close')];
  // Opened, and never mounted: what an interrupted mount leaves.
  return open ? [stop('close')] : [];
}

/** True for the Rediaccfile of the repository's root: its up is critical, a folder's is not. */
function isRoot(file: string): boolean {
  return !file.includes('/');
}

/**
 * The whole plan of an `up --mount`, once its volume is open and `files` can be seen: what ran already stays, and
 * what was unknown follows. Throws nothing-to-start.
 */
export function completePlan(
  plan: Plan,
  options: VerbOptions,
  files: readonly string[],
  found: readonly Notice[],
): Plan {
  const facts = { repository: plan.repository, path: '', files } as const;
  const rest = startingSteps(
    options,
    { ...facts, mounted: true, open: true, daemon: false, running: 0, notices: [] },
    files,
  );
  return {
    ...plan,
    steps: [...plan.steps, ...rest].map((step, index) => ({ ...step, index })),
    complete: true,
    notices: [...plan.notices, ...found],
  };
}

const WITH_PASSPHRASE: ReadonlySet<StepKind> = new Set([
  'open',
  'format',
  'check-passphrase',
  'change-passphrase',
]);

/** True of a step that opens, formats or checks a volume with the passphrase, or changes it. */
export function usesPassphrase({ kind }: Step): boolean {
  return WITH_PASSPHRASE.has(kind);
}

/** Whether a run goes on after this result: only a failed step whose rule is to stop ends it. */
export function goesOn(result: StepResult): boolean {
  if (result.outcome === 'cancelled') return false;
  return result.outcome !== 'failed' || result.step.onFailure === 'continue';
}

/**
 * The verdict over the results of a plan's steps (docs/decisions/verdicts.md). `lastLines` gives the last lines a
 * failed step wrote. `cancelled`: a person asked for it before the last step had ended.
 */
export function verdictOf(
  plan: Plan,
  results: readonly StepResult[],
  ended: { cancelled: boolean },
  lastLines: (step: Step) => string[],
): Verdict {
  const failed = results.filter((result) => result.outcome === 'failed');
  const failures = failed.map((result) => ({ ...result, lastLines: lastLines(result.step) }));
  const began = new Set(results.map((result) => result.step.index));
  const notRun = plan.steps.filter((step) => !began.has(step.index));
  const base = { failures, notRun };
  const critical = failed.find((result) => result.step.onFailure === 'stop');
  if (ended.cancelled) return { kind: 'cancelled', ...base };
  if (critical !== undefined) {
    return { kind: 'failed', ...(critical.error === undefined ? {} : { error: critical.error }), ...base };
  }
  if (failed.length > 0) {
    return { kind: 'warnings', reason: plan.verb === 'down' ? 'stopped-with-warnings' : 'degraded', ...base };
  }
  return { kind: 'succeeded', ...base };
}
