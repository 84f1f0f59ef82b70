import * as z from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { AutostartFacts } from '../../shared/autostart.ts';
import { AUTOSTART_SLOT } from '../../shared/passphraseChange.ts';
import { addToken, emptySlot, keyOpens, killSlot, readHeader, removeToken, slotDigest } from './keySlots.ts';
import type { LuksVolume } from './keySlots.ts';
import type { LuksHeader } from './luksMetadata.ts';
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
  const slot = header.slots.get(AUTOSTART_SLOT);
  if (slot === undefined) return 'empty';
  // A key opens such a slot, and the volume stays closed.
  if (!slot.bound) return 'unknown';
  if (key !== undefined && (await keyOpens(volume, key, AUTOSTART_SLOT))) return 'key';
  if (partial !== undefined && (await keyOpens(volume, partial, AUTOSTART_SLOT))) return 'partial';
  return isMarked(header) ? 'token' : 'unknown';
}

/**
 * Empties slot 1, when it is autostart's. Returns what it was before. `passphrase`, where there is one, must open another
 * slot. Without one, another must be listed that no change of the passphrase has replaced, and the slot that was seen to
 * open when the key was made must be as it was. Throws autostart-slot-needed, passphrase-unproven, wrong-passphrase.
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
    if (passphrase === undefined) await checkProof(volume, header, others);
    // While a slot is emptied its key is destroyed first: only the token tells, after a power cut, whose it was.
    if (!isMarked(header)) await writeToken(volume, header, undefined);
    if (passphrase === undefined) await killSlot(volume, AUTOSTART_SLOT);
    else
      await emptySlot(volume, AUTOSTART_SLOT, {
        slot: await slotOf(volume, others, passphrase),
        key: passphrase,
      });
  }
  const { tokens } = await readHeader(volume);
  for (const [token, { type }] of tokens) if (type === AUTOSTART_TOKEN) await removeToken(volume, token);
  return found;
}

/**
 * Writes into the header that slot 1 is autostart's, and how the slot looks that a passphrase has been seen to open: who
 * removes the key later has no passphrase to try. Throws wrong-passphrase.
 */
export async function markAutostartSlot(volume: LuksVolume, passphrase: Uint8Array): Promise<void> {
  const header = await readHeader(volume);
  const slot = await slotOf(volume, usableSlots(header), passphrase);
  const held = header.slots.get(slot);
  const proof = held && { slot, sha256: await slotDigest(volume, held) };
  const found = proofsOf(header);
  if (found.length === 1 && found[0]?.slot === slot && found[0].sha256 === proof?.sha256) return;
  await writeToken(volume, header, proof);
}

const proofSchema = z.object({ proof: z.object({ slot: z.number().int(), sha256: z.string() }) });
type Proof = z.infer<typeof proofSchema>['proof'];

/** Writes a token that says that slot 1 is autostart's, in place of earlier ones. */
async function writeToken(
  volume: LuksVolume,
  { tokens }: LuksHeader,
  proof: Proof | undefined,
): Promise<void> {
  const content = { type: AUTOSTART_TOKEN, keyslots: [String(AUTOSTART_SLOT)], ...(proof && { proof }) };
  await addToken(volume, [...tokens.keys()], content);
  for (const [token, { type }] of tokens) if (type === AUTOSTART_TOKEN) await removeToken(volume, token);
}

/**
 * Checks that a slot which a passphrase has opened is as it was then. A header that version 0.1.0 made has no proof. Throws
 * passphrase-unproven.
 */
async function checkProof(volume: LuksVolume, header: LuksHeader, others: readonly number[]): Promise<void> {
  const proofs = proofsOf(header);
  for (const { slot, sha256 } of proofs) {
    const held = header.slots.get(slot);
    if (held !== undefined && others.includes(slot) && (await slotDigest(volume, held)) === sha256) return;
  }
  if (proofs.length > 0) throw new AppError('passphrase-unproven', { name: volume.name });
}

function autostartTokens({ tokens }: LuksHeader): unknown[] {
  return [...tokens.values()]
    .filter(({ type, slots }) => type === AUTOSTART_TOKEN && slots.includes(AUTOSTART_SLOT))
    .map(({ content }) => content);
}

function isMarked(header: LuksHeader): boolean {
  return autostartTokens(header).length > 0;
}

function proofsOf(header: LuksHeader): Proof[] {
  return autostartTokens(header).flatMap((content) => {
    const found = proofSchema.safeParse(content);
    return found.success ? [found.data.proof] : [];
  });
}

/** Returns the slots that open the volume without autostart, as far as the header tells. */
function usableSlots(header: LuksHeader): number[] {
  const replaced = changeMarks(header).flatMap((mark) => (mark.begun ? mark.replaced : []));
  return [...header.slots]
    .filter(([slot, { bound }]) => bound && slot !== AUTOSTART_SLOT && !replaced.includes(slot))
    .map(([slot]) => slot);
}

/** Returns the slot that a passphrase opens. Throws wrong-passphrase. */
async function slotOf(volume: LuksVolume, slots: readonly number[], key: Uint8Array): Promise<number> {
  for (const slot of slots) if (await keyOpens(volume, key, slot)) return slot;
  throw new AppError('wrong-passphrase', { name: volume.name });
}
