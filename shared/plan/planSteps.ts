import type { FailureRule, FunctionStep, Plan, StepKind } from '../model.ts';
import type { Notice } from '../notices.ts';
import type { Verb } from '../verbs.ts';

type Opening = 'open' | 'mount';
type OpeningByKey = 'open-by-key' | 'mount';
type Closing = 'daemon-stop' | 'unmount' | 'close';
/** The steps of an up once the Rediaccfiles are known. */
export type Starting = 'daemon-start' | 'slots' | 'check' | 'function';

/** The kinds of steps that the plan of each verb can have. */
interface StepKinds {
  create: Opening | 'allocate' | 'format' | 'filesystem' | 'handover' | 'commit';
  delete: 'close' | 'remove';
  mount: Opening | 'forget-parent';
  unmount: Closing;
  up: Opening | OpeningByKey | 'forget-parent' | 'discover' | Starting;
  down: 'check' | 'function' | Closing;
  'autostart-enable': 'check-passphrase' | 'add-key' | 'record' | 'enable-unit';
  'autostart-disable': 'remove-key' | 'record';
  rename: 'rename';
  renumber: 'renumber';
  allow: 'allow';
  'release-slot': 'release-slot';
  resize: Opening | OpeningByKey | 'check-passphrase' | 'check-key' | 'grow' | 'unmount' | 'close';
  fork: 'share' | 'copy' | 'renew' | 'commit';
  'passphrase-change': 'change-passphrase';
  'header-restore': 'check-header' | 'restore-header';
}

/** A step of one of these kinds, before it has its place in the plan. */
export type StepDraft<Kind extends StepKind> = {
  [Each in Kind]: { kind: Each; onFailure: FailureRule } & StepData[Each];
}[Kind];

/** A step of one of these kinds. */
export type StepOf<Kind extends StepKind> = {
  [Each in Kind]: { index: number; kind: Each; onFailure: FailureRule } & StepData[Each];
}[Kind];

/** The data of a step of each kind beside the kind itself. */
type StepData = {
  [Kind in StepKind]: Kind extends 'function' ? Pick<FunctionStep, 'file' | 'function'> : unknown;
};

/** A plan that this version makes, with these steps only. */
export type PlanWith<Each> = Omit<Plan, 'steps' | 'verb'> & { verb: Verb; steps: Each[] };

/** The plan of one verb. */
export type PlanOf<Name extends Verb> = PlanWith<StepOf<StepKinds[Name]>>;

/** The repository that a plan is about. */
export interface PlanSubject {
  repository: Plan['repository'];
}

/** How far the volume of a repository is open. `open`: open and not mounted, as an interrupted mount leaves it. */
type VolumeState = 'closed' | 'open' | 'mounted';

/** A repository and the state of its volume. */
export interface VolumeFacts extends PlanSubject {
  volume: VolumeState;
}

/** Returns one step of each kind, in this order. The failure of any of them stops the operation. */
export function stops<Kind extends Exclude<StepKind, 'function'>>(
  ...kinds: Kind[]
): { kind: Kind; onFailure: FailureRule }[] {
  return kinds.map((kind) => ({ kind, onFailure: 'stop' }));
}

/** Returns a plan of these steps. It is not complete when one of them discovers the rest. */
export function planWith<Draft extends StepDraft<StepKind>>(
  verb: Verb,
  repository: Plan['repository'],
  drafts: readonly Draft[],
  notices: readonly Notice[] = [],
): PlanWith<Draft & { index: number }> {
  const complete = !drafts.some(({ kind }) => kind === 'discover');
  return { verb, repository, steps: numbered(drafts, 0), complete, notices: [...notices] };
}

/** Returns the steps with their places in the plan, counted from `first`. */
export function numbered<Draft>(drafts: readonly Draft[], first: number): (Draft & { index: number })[] {
  return drafts.map((draft, at) => ({ index: first + at, ...draft }));
}

/** Returns the step that removes from a fork what belongs to its parent, before a daemon could find it. */
export function partingSteps(inherits: boolean): StepDraft<'forget-parent'>[] {
  return inherits ? stops('forget-parent') : [];
}

/** Returns the steps that close a volume that is open this far. */
export function closingSteps(volume: VolumeState): StepDraft<Closing>[] {
  if (volume === 'mounted') return stops('daemon-stop', 'unmount', 'close');
  return volume === 'open' ? stops('close') : [];
}
