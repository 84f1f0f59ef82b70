import * as z from 'zod';
import { AppError } from '../../shared/errors.ts';
import { afterChangeStep, nextChangeStep } from '../../shared/passphraseChange.ts';
import type { ChangeMark, ChangeState, ChangeStep, SlotHolder } from '../../shared/passphraseChange.ts';
import { addToken, addToSlot, emptySlot, keyOpens, readHeader, removeToken } from './keySlots.ts';
import type { LuksVolume } from './keySlots.ts';
import type { LuksHeader } from './luksMetadata.ts';

/** The passphrases of a change. */
interface Passphrases {
  old: Uint8Array;
  new: Uint8Array;
}

/** The end of a change of the passphrase. */
export interface PassphraseChange {
  /** False when there was nothing to do. */
  changed: boolean;
  /** The slots that the new passphrase opens, and those that neither opens. */
  opened: readonly number[];
  others: readonly number[];
}

/** The type of the token that marks a change which has not come to its end. */
const MARK_TYPE = 'rediacc-passphrase-change';

const markSchema = z.object({ home: z.boolean(), replacement: z.number().int() });

/** The derivation of a key from a passphrase. */
const STRETCHED = ['--pbkdf', 'argon2id'];

/**
 * Changes a passphrase, in writes of which each leaves a slot that the old or the new one opens; one that was interrupted
 * is completed (docs/decisions/luks-slots.md). Throws wrong-passphrase when neither opens a slot, key-slots-full.
 */
export async function changePassphrase(
  volume: LuksVolume,
  passphrases: Passphrases,
): Promise<PassphraseChange> {
  const { name } = volume;
  const header = await readHeader(volume);
  const foreign = [...header.tokens].filter(([, { type }]) => type !== MARK_TYPE).map(([token]) => token);
  let state: ChangeState = {
    holders: await holdersOf(volume, header, passphrases),
    marks: changeMarks(header),
  };
  for (let changed = false; ; changed = true) {
    const step = nextChangeStep(state);
    if (step === 'wrong-passphrase') throw new AppError('wrong-passphrase', { name });
    if (step === 'no-free-slot') throw new AppError('key-slots-full', { name });
    if (step === 'done') return { changed, opened: held(state, 'new'), others: held(state, 'other') };
    const used = [...foreign, ...state.marks.map(({ token }) => token)];
    state = afterChangeStep(state, step, await write(volume, state, passphrases, step, used));
  }
}

/** Reads the marks of changes that have not come to their end. A token that is no mark of ours is left out. */
export function changeMarks({ tokens }: LuksHeader): ChangeMark[] {
  return [...tokens].flatMap(([token, { type, slots, content }]) => {
    const found = markSchema.safeParse(content);
    if (type !== MARK_TYPE || !found.success) return [];
    const { home, replacement } = found.data;
    const replaced = slots.filter((slot) => slot !== replacement);
    return [{ token, home, replaced, replacement, begun: slots.includes(replacement) }];
  });
}

/** Does one step. Returns the number of the token that it wrote; -1 when it wrote none. */
async function write(
  volume: LuksVolume,
  { holders }: ChangeState,
  passphrases: Passphrases,
  step: ChangeStep,
  usedTokens: readonly number[],
): Promise<number> {
  switch (step.kind) {
    case 'mark': {
      const { home, replaced, replacement, begun } = step.mark;
      const keyslots = [...replaced, ...(begun ? [replacement] : [])].map(String);
      const token = await addToken(volume, usedTokens, { type: MARK_TYPE, keyslots, home, replacement });
      for (const before of step.instead) await removeToken(volume, before.token);
      return token;
    }
    case 'unmark':
      for (const mark of step.marks) await removeToken(volume, mark.token);
      return -1;
    case 'add':
      await addToSlot(volume, step.slot, {
        key: passphrases[step.by],
        added: passphrases.new,
        derivation: STRETCHED,
      });
      return -1;
    case 'empty': {
      const key = passphrases[holders.get(step.proof) === 'old' ? 'old' : 'new'];
      await emptySlot(volume, step.slot, { slot: step.proof, key });
      return -1;
    }
  }
}

/** Tries both passphrases on every slot. */
async function holdersOf(
  volume: LuksVolume,
  { slots }: LuksHeader,
  passphrases: Passphrases,
): Promise<Map<number, SlotHolder>> {
  const holders = new Map<number, SlotHolder>();
  for (const [slot, { bound }] of slots) {
    // What opens such a slot does not open the volume.
    if (!bound) holders.set(slot, 'other');
    else if (!isSame(passphrases) && (await keyOpens(volume, passphrases.old, slot)))
      holders.set(slot, 'old');
    else holders.set(slot, (await keyOpens(volume, passphrases.new, slot)) ? 'new' : 'other');
  }
  return holders;
}

function isSame(passphrases: Passphrases): boolean {
  return Buffer.compare(passphrases.old, passphrases.new) === 0;
}

function held({ holders }: ChangeState, wanted: SlotHolder): number[] {
  return [...holders].filter(([, holder]) => holder === wanted).map(([slot]) => slot);
}
