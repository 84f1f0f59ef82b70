import type { Bulk, BulkPlanItem } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import type { FunctionName, Plan, StepKind, Verdict } from '../../shared/model.ts';
import { verdictTone } from '../status/tones.ts';
import type { Tone } from '../ui/StateMark.tsx';

/** A preview, sorted by what it means for a person. */
interface Preview {
  /** What will be begun; those that would be refused are among them, and end so. */
  readonly targets: readonly BulkPlanItem[];
  readonly skipped: readonly BulkPlanItem[];
  /** Targets that need a passphrase from this person. */
  readonly locked: readonly BulkPlanItem[];
}

/** The items of a preview, each in its place. */
export function previewOf(items: readonly BulkPlanItem[]): Preview {
  const targets = items.filter(({ skipped }) => skipped === undefined);
  return {
    targets,
    skipped: items.filter(({ skipped }) => skipped !== undefined),
    locked: targets.filter(({ needsPassphrase }) => needsPassphrase),
  };
}

/** Steps of one kind that follow one another; a function by its name. */
export interface StepGroup {
  readonly word: Exclude<StepKind, 'function'> | FunctionName;
  readonly count: number;
}

/** A plan in a few words: "open, mount, daemon, prep x 3, up x 3". */
export function stepGroups({ steps }: Plan): readonly StepGroup[] {
  const groups: StepGroup[] = [];
  for (const step of steps) {
    const word = step.kind === 'function' ? step.function : step.kind;
    const last = groups.at(-1);
    if (last?.word === word) groups[groups.length - 1] = { word, count: last.count + 1 };
    else groups.push({ word, count: 1 });
  }
  return groups;
}

/** What passphrases were typed: one for all, or each repository's by its GUID. */
export interface TypedPassphrases {
  readonly mode: 'one' | 'each';
  readonly one: string;
  readonly each: Readonly<Record<string, string>>;
}

/** How many locked repositories no passphrase was typed for. */
export function withoutPassphrase(
  locked: readonly Pick<BulkPlanItem, 'guid'>[],
  { mode, one, each }: TypedPassphrases,
): number {
  if (mode === 'one') return one === '' ? locked.length : 0;
  return locked.filter(({ guid }) => (each[guid] ?? '') === '').length;
}

type Item = Bulk['items'][number];

/** What one repository of a bulk verb came to, as one word. */
export function itemState({ state, verdict }: Item): 'waiting' | 'running' | 'not-begun' | Verdict['kind'] {
  return state === 'ended' ? (verdict?.kind ?? 'lost') : state;
}

/** What that means to a person. */
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

/** How far a bulk verb is, and what it came to. */
interface Totals extends Readonly<Record<Verdict['kind'] | 'left', number>> {
  readonly total: number;
  readonly ended: number;
}

/** Counts the repositories of a bulk verb by how they ended; `left`: not begun any more. */
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
