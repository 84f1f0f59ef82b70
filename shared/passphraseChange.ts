import { assertNever } from './errors.ts';

/** The key slot of a repository's passphrase, that of autostart's key, and the last one that LUKS2 has. */
export const PASSPHRASE_SLOT = 0;
export const AUTOSTART_SLOT = 1;
const LAST_SLOT = 31;

/**
 * What a key slot holds, as far as the two passphrases of a change tell; where both are the same it is `new`. `other`:
 * neither opens it. It is somebody else's, or dead, because a power cut came while it was emptied.
 */
export type SlotHolder = 'old' | 'new' | 'other';

/**
 * The note in a volume's header that a change of the passphrase has begun. cryptsetup takes a slot out of it when that
 * slot is emptied, so the keys that it names are still those that it was written for.
 */
export interface ChangeMark {
  /** The number of its token in the header. */
  token: number;
  /** True for a change of the passphrase in slot 0; false for somebody else's, in another slot. */
  home: boolean;
  /** The slots whose keys are to go. */
  replaced: readonly number[];
  /** The slot that gets the new passphrase first. */
  replacement: number;
  /** True once the replacement was there. Before that, what is to be replaced is all there is. */
  begun: boolean;
}

type Holders = ReadonlyMap<number, SlotHolder>;

/** The state of a volume's key slots somewhere in a change of its passphrase. */
export interface ChangeState {
  holders: Holders;
  /** The marks of all changes that have not come to their end. */
  marks: readonly ChangeMark[];
}

/**
 * One write to the header. `instead`: the marks that a new one takes the place of. `proof`: the slot that must be seen to
 * open, by a passphrase at hand, before another one is emptied.
 */
export type ChangeStep =
  | { kind: 'mark'; mark: NewMark; instead: readonly ChangeMark[] }
  | { kind: 'add'; slot: number; by: 'old' | 'new' }
  | { kind: 'empty'; slot: number; proof: number }
  | { kind: 'unmark'; marks: readonly ChangeMark[] };

type NewMark = Omit<ChangeMark, 'token'>;

/** Why there is no next step. */
type ChangeEnd = 'done' | 'wrong-passphrase' | 'no-free-slot';

/**
 * Returns the next write that brings the new passphrase into slot 0 and leaves no slot to the old one. It looks at the
 * state alone, so asking again completes a change that was cut off anywhere (docs/decisions/luks-slots.md). A slot 0 that
 * neither opens is emptied only when a mark says that its key was replaced; else the new passphrase stays in another slot.
 */
export function nextChangeStep(state: ChangeState): ChangeStep | ChangeEnd {
  const { holders } = state;
  if (held(holders, 'old').length + held(holders, 'new').length === 0) return 'wrong-passphrase';
  const own = ownMarks(state);
  if (holders.get(PASSPHRASE_SLOT) !== 'other') return advance(holders, own, true);
  const [mark] = own;
  if (mark?.begun === true && mark.replaced.includes(PASSPHRASE_SLOT) && opened(holders, mark.replacement))
    return { kind: 'empty', slot: PASSPHRASE_SLOT, proof: mark.replacement };
  return advance(holders, own, false);
}

/** Returns the state after a step that was done. `token`: the number of the token of a new mark. */
export function afterChangeStep(state: ChangeState, step: ChangeStep, token: number): ChangeState {
  const holders = new Map(state.holders);
  switch (step.kind) {
    case 'mark': {
      const others = state.marks.filter((mark) => !step.instead.includes(mark));
      return { ...state, marks: [...others, { ...step.mark, token }] };
    }
    case 'unmark':
      return { ...state, marks: state.marks.filter((mark) => !step.marks.includes(mark)) };
    case 'add':
      return { ...state, holders: holders.set(step.slot, 'new') };
    case 'empty': {
      holders.delete(step.slot);
      const marks = state.marks.map((mark) => ({
        ...mark,
        replaced: mark.replaced.filter((slot) => slot !== step.slot),
        begun: mark.begun && mark.replacement !== step.slot,
      }));
      return { ...state, holders, marks };
    }
    default:
      return assertNever(step);
  }
}

/** Returns the next step where slot 0 is free or the changed passphrase's (`home`), or somebody else's. */
function advance(holders: Holders, own: readonly ChangeMark[], home: boolean): ChangeStep | ChangeEnd {
  const news = held(holders, 'new');
  const inHome = holders.has(PASSPHRASE_SLOT);
  const settled = home ? news.find((slot) => slot === PASSPHRASE_SLOT) : news[0];
  if (settled !== undefined) return emptyRest(holders, own, { home, replacement: settled });
  const first = news[0] ?? (home && !inHome ? PASSPHRASE_SLOT : freeSlot(holders));
  if (first === undefined) return 'no-free-slot';
  const wanted = markOf(holders, { home, replacement: first }, own);
  if (!isSame(own[0], wanted)) return { kind: 'mark', mark: wanted, instead: own };
  if (news.length === 0) return { kind: 'add', slot: first, by: 'old' };
  if (inHome) return { kind: 'empty', slot: PASSPHRASE_SLOT, proof: first };
  return { kind: 'add', slot: PASSPHRASE_SLOT, by: 'new' };
}

/** Returns the step that empties what is no longer needed, once the new passphrase is where it stays. */
function emptyRest(
  holders: Holders,
  own: readonly ChangeMark[],
  settled: Pick<ChangeMark, 'home' | 'replacement'>,
): ChangeStep | ChangeEnd {
  const wanted = markOf(holders, settled, own);
  const [slot] = wanted.replaced;
  if (slot === undefined) return own.length === 0 ? 'done' : { kind: 'unmark', marks: own };
  const marked = own.flatMap((mark) => (mark.begun ? [...mark.replaced, mark.replacement] : []));
  // A slot that is half emptied at a power cut opens for nobody: only the mark then tells whose it was.
  if (!wanted.replaced.every((one) => marked.includes(one)))
    return { kind: 'mark', mark: wanted, instead: own };
  return { kind: 'empty', slot, proof: settled.replacement };
}

/**
 * Returns the mark of a change that puts the new passphrase into `replacement`. What an earlier, interrupted change was
 * about to replace, or has added and is given up now, goes too.
 */
function markOf(
  holders: Holders,
  { home, replacement }: Pick<ChangeMark, 'home' | 'replacement'>,
  before: readonly ChangeMark[],
): NewMark {
  const earlier = before.flatMap((mark) => [...mark.replaced, ...(mark.begun ? [mark.replacement] : [])]);
  const replaced = [...new Set([...held(holders, 'old'), ...earlier])]
    .filter((slot) => slot !== replacement && holders.has(slot))
    .sort((a, b) => a - b);
  return { home, replaced, replacement, begun: holders.has(replacement) };
}

function isSame(one: ChangeMark | undefined, other: NewMark): boolean {
  return (
    one?.home === other.home &&
    one.replacement === other.replacement &&
    one.begun === other.begun &&
    one.replaced.length === other.replaced.length &&
    other.replaced.every((slot) => one.replaced.includes(slot))
  );
}

/**
 * Returns the marks of changes of one of the two passphrases, one that has begun first. There are two when a power cut
 * came while one took the other's place. Somebody else, with a passphrase in another slot, may have marks of their own.
 */
function ownMarks({ holders, marks }: ChangeState): ChangeMark[] {
  return marks
    .filter((mark) => isSpent(mark) || slotsOfMark(mark).some((slot) => opened(holders, slot)))
    .sort((one, other) => Number(other.begun) - Number(one.begun));
}

/** Tells whether a mark that has not begun has nothing left to replace, so that it is anybody's to remove. */
function isSpent({ replaced, begun }: ChangeMark): boolean {
  return !begun && replaced.length === 0;
}

/**
 * Returns the slots that tell whose a mark is. The replacement of one that has not begun is none of them: since the mark
 * was written, somebody else may have taken that slot.
 */
function slotsOfMark({ home, replaced, replacement, begun }: ChangeMark): number[] {
  return [...replaced, ...(begun ? [replacement] : []), ...(home ? [PASSPHRASE_SLOT] : [])];
}

/**
 * Returns a free slot for a passphrase: the highest, which a hand would take last, and autostart's only if there is no
 * other.
 */
function freeSlot(holders: Holders): number | undefined {
  for (let slot = LAST_SLOT; slot >= AUTOSTART_SLOT; slot -= 1) if (!holders.has(slot)) return slot;
  return undefined;
}

function held(holders: Holders, wanted: SlotHolder): number[] {
  return [...holders].filter(([, holder]) => holder === wanted).map(([slot]) => slot);
}

function opened(holders: Holders, slot: number): boolean {
  return holders.has(slot) && holders.get(slot) !== 'other';
}
