import { AppError } from '../../shared/errors.ts';
import type { AutostartFacts } from '../../shared/autostart.ts';
import { AUTOSTART_SLOT } from '../../shared/passphraseChange.ts';
import { addToken, emptySlot, keyOpens, killSlot, readHeader, removeToken } from './keySlots.ts';
import type { LuksHeader, LuksVolume } from './keySlots.ts';
import { changeMarks } from './passphrases.ts';

/** The keys of autostart on the machine's disk, as far as they are there. */
export interface KeysAtHand {
  key?: Uint8Array | undefined;
  /** A key whose writing was never finished. */
  partial?: Uint8Array | undefined;
}

/** The type of the token that says of slot 1 that it is autostart's. */
const AUTOSTART_TOKEN = 'rediacc-autostart';

/**
 * Tells whose slot 1 is. A passphrase that somebody added by hand lands there as well, so that it is in use says
 * nothing: it is autostart's when a key file opens it. `token`: no key at hand does, and the header says that it is.
 */
export async function slotOneOf(
  volume: LuksVolume,
  header: LuksHeader,
  { key, partial }: KeysAtHand,
): Promise<AutostartFacts['slot1']> {
  if (!header.slots.has(AUTOSTART_SLOT)) return 'empty';
  if (key !== undefined && (await keyOpens(volume, key, AUTOSTART_SLOT))) return 'key';
  if (partial !== undefined && (await keyOpens(volume, partial, AUTOSTART_SLOT))) return 'partial';
  return isMarked(header) ? 'token' : 'unknown';
}

/**
 * Empties slot 1, when it is autostart's. Returns what it was before. `passphrase`, where there is one, must open another
 * slot; without one, another must be listed that no change of the passphrase has replaced. Throws
 * autostart-slot-needed, wrong-passphrase.
 */
export async function emptyAutostartSlot(
  volume: LuksVolume,
  keys: KeysAtHand,
  passphrase?: Uint8Array,
): Promise<AutostartFacts['slot1']> {
  const header = await readHeader(volume);
  const found = await slotOneOf(volume, header, keys);
  if (found === 'unknown') return found;
  if (found !== 'empty') {
    const others = usableSlots(header);
    if (others.length === 0) throw new AppError('autostart-slot-needed', { name: volume.name });
    // While a slot is emptied its key is destroyed first: only the token tells, after a power cut, whose it was.
    if (!isMarked(header)) await markAutostartSlot(volume, header);
    if (passphrase === undefined) await killSlot(volume, AUTOSTART_SLOT);
    else await emptySlot(volume, AUTOSTART_SLOT, await proofOf(volume, others, passphrase));
  }
  await removeAutostartTokens(volume);
  return found;
}

/** Writes into the header that slot 1 is autostart's, unless it says so. */
export async function markAutostartSlot(volume: LuksVolume, known?: LuksHeader): Promise<void> {
  const header = known ?? (await readHeader(volume));
  if (isMarked(header)) return;
  const content = { type: AUTOSTART_TOKEN, keyslots: [String(AUTOSTART_SLOT)] };
  await addToken(volume, [...header.tokens.keys()], content);
}

async function removeAutostartTokens(volume: LuksVolume): Promise<void> {
  const { tokens } = await readHeader(volume);
  for (const [token, { type }] of tokens) if (type === AUTOSTART_TOKEN) await removeToken(volume, token);
}

function isMarked({ tokens }: LuksHeader): boolean {
  return [...tokens.values()].some(
    ({ type, slots }) => type === AUTOSTART_TOKEN && slots.includes(AUTOSTART_SLOT),
  );
}

/** Returns the slots that open the volume without autostart, as far as the header tells. */
function usableSlots(header: LuksHeader): number[] {
  const replaced = changeMarks(header).flatMap((mark) => (mark.begun ? mark.replaced : []));
  return [...header.slots.keys()].filter((slot) => slot !== AUTOSTART_SLOT && !replaced.includes(slot));
}

async function proofOf(
  volume: LuksVolume,
  slots: readonly number[],
  key: Uint8Array,
): Promise<{ slot: number; key: Uint8Array }> {
  for (const slot of slots) if (await keyOpens(volume, key, slot)) return { slot, key };
  throw new AppError('wrong-passphrase', { name: volume.name });
}
