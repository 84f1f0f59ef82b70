import type { ApiParams } from '../../shared/api/api.ts';
import { keyOfBulkItem } from '../../shared/api/apiModel.ts';
import type { Bulk, BulkItemKey, BulkPlanItem, Withheld } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import type { FunctionName, Plan, Step, StepKind, Verdict } from '../../shared/model.ts';
import type { NewerName } from '../../shared/newerNames.ts';
import { verdictTone } from '../status/tones.ts';
import type { Tone } from '../ui/StateMark.tsx';

/** The items of a preview, sorted by what they mean for a person. */
interface Preview {
  /** The repositories that will be begun. Those whose plan was refused are among them: they will end as failed. */
  readonly targets: readonly BulkPlanItem[];
  readonly skipped: readonly BulkPlanItem[];
  /** The targets that need a passphrase from this person. */
  readonly locked: readonly BulkPlanItem[];
}

/** Sorts the items of a preview into targets, skipped ones and targets that need a passphrase. */
export function previewOf(items: readonly BulkPlanItem[]): Preview {
  const targets = items.filter(({ skipped }) => skipped === undefined);
  return {
    targets,
    skipped: items.filter(({ skipped }) => skipped !== undefined),
    locked: targets.filter(({ needsPassphrase }) => needsPassphrase),
  };
}

/** Groups the repositories whose remembered passphrase is not used by the reason. */
export function withheldOf(
  locked: readonly Pick<BulkPlanItem, 'repository' | 'withheld'>[],
): { readonly because: Withheld; readonly repositories: readonly string[] }[] {
  const groups = new Map<Withheld, string[]>();
  for (const { repository, withheld } of locked) {
    if (withheld !== undefined) groups.set(withheld, [...(groups.get(withheld) ?? []), repository]);
  }
  return [...groups].map(([because, repositories]) => ({ because, repositories }));
}

/** Consecutive steps of one kind. A step that runs a function counts by the function's name. */
export interface StepGroup {
  readonly word: Exclude<StepKind, 'function'> | FunctionName | NewerName;
  readonly count: number;
}

/** Puts a plan into a few words: "open, mount, daemon, prep x 3, up x 3". */
export function stepGroups({ steps }: Plan): readonly StepGroup[] {
  const groups: StepGroup[] = [];
  for (const step of steps) {
    const word = groupWord(step);
    const last = groups.at(-1);
    if (last?.word === word) groups[groups.length - 1] = { word, count: last.count + 1 };
    else groups.push({ word, count: 1 });
  }
  return groups;
}

function groupWord(step: Step): StepGroup['word'] {
  if (step.kind === 'function') return step.function;
  return step.kind === 'newer' ? step.name : step.kind;
}

/** The passphrases that were typed: one for all repositories, or one for each, by `keyOfBulkItem`. */
export interface TypedPassphrases {
  readonly mode: 'one' | 'each';
  readonly one: string;
  readonly each: Readonly<Record<string, string>>;
}

/** Counts the locked repositories for which no passphrase was typed. */
export function withoutPassphrase(
  locked: readonly BulkItemKey[],
  { mode, one, each }: TypedPassphrases,
): number {
  if (mode === 'one') return one === '' ? locked.length : 0;
  return locked.filter((item) => (each[keyOfBulkItem(item)] ?? '') === '').length;
}

/**
 * Returns what a person agrees to: the target repositories, each with the digest of the plan that was shown, and with the
 * passphrase that was typed for it.
 */
export function shownOf(
  { targets, locked }: Pick<Preview, 'targets' | 'locked'>,
  { mode, each }: TypedPassphrases,
): NonNullable<ApiParams<'bulk.start'>['shown']> {
  return targets.map((item) => {
    const { machine, guid, repository, digest } = item;
    const passphrase = mode === 'each' && locked.includes(item) ? each[keyOfBulkItem(item)] : undefined;
    return {
      ...{ machine, guid, repository },
      ...(digest !== undefined && { digest }),
      ...(passphrase !== undefined && passphrase !== '' && { passphrase }),
    };
  });
}

type Item = Bulk['items'][number];

/** Returns the state of one repository of a bulk verb as one word. */
export function itemState({ state, verdict }: Item): 'waiting' | 'running' | 'not-begun' | Verdict['kind'] {
  return state === 'ended' ? (verdict?.kind ?? 'lost') : state;
}

/** Returns the tone of that state. */
export function itemTone(item: Item): Tone {
  const state = itemState(item);
  switch (state) {
    case 'waiting':
    case 'not-begun':
      return 'idle';
    case 'running':
    case 'succeeded':
    case 'warnings':
    case 'failed':
    case 'cancelled':
    case 'lost':
      return verdictTone(state);
    default:
      return assertNever(state);
  }
}

/** The progress of a bulk verb, in numbers of repositories. */
interface Totals extends Readonly<Record<Verdict['kind'] | 'left', number>> {
  readonly total: number;
  readonly ended: number;
}

/** Counts the repositories of a bulk verb by how they ended. `left` counts those that were never begun. */
export function totalsOf({ items }: Pick<Bulk, 'items'>): Totals {
  const count = (...states: ReturnType<typeof itemState>[]): number =>
    items.filter((item) => states.includes(itemState(item))).length;
  return {
    total: items.length,
    ended: items.length - count('waiting', 'running'),
    succeeded: count('succeeded'),
    warnings: count('warnings'),
    failed: count('failed'),
    cancelled: count('cancelled'),
    lost: count('lost'),
    left: count('not-begun'),
  };
}
