import * as z from 'zod';
import { canonicalJson } from './canonicalJson.ts';

/** The part of a LUKS2 header that tells who opens the volume. */
export interface LuksHeader {
  /** The key slots in use. */
  slots: ReadonlyMap<number, LuksSlot>;
  /** The tokens: notes in the header, which belong to slots. cryptsetup takes a slot that is emptied out of them. */
  tokens: ReadonlyMap<number, LuksToken>;
}

/** A key slot. */
export interface LuksSlot {
  /** Its key derivation function. */
  kdf: string | undefined;
  /** Where its key lies in the file, bytes. */
  area: { offset: number; size: number } | undefined;
  /** False when its key is not the volume's (`cryptsetup luksAddKey --unbound`): it opens, but never the volume. */
  bound: boolean;
  /** All in the header that a passphrase opens it by: the slot, and the digests that its key must agree with. */
  text: string;
}

interface LuksToken {
  type: string;
  slots: readonly number[];
  /** The whole token, as its writer made it. */
  content: unknown;
}

/** The part that is read of what `cryptsetup luksDump --dump-json-metadata` prints. */
const headerSchema = z.object({
  keyslots: z.record(
    z.string(),
    z.looseObject({
      kdf: z.looseObject({ type: z.string() }).optional(),
      area: z.looseObject({ offset: z.coerce.number(), size: z.coerce.number() }).optional(),
    }),
  ),
  tokens: z
    .record(z.string(), z.looseObject({ type: z.string(), keyslots: z.array(z.string()) }))
    .default({}),
  digests: z
    .record(z.string(), z.looseObject({ keyslots: z.array(z.string()), segments: z.array(z.string()) }))
    .default({}),
});

/** Reads the header that cryptsetup prints as JSON. Throws when it is none. */
export function parseLuksMetadata(json: string): LuksHeader {
  const written: unknown = JSON.parse(json);
  const { keyslots, tokens, digests } = headerSchema.parse(written);
  const slots = Object.entries(keyslots).map(([slot, { kdf, area }]): [number, LuksSlot] => {
    const own = Object.entries(digests).filter(([, digest]) => digest.keyslots.includes(slot));
    // Taken from what was written: a schema leaves keys out, orders them, and makes numbers of texts.
    const texts = own.map(([number]) => digestText(memberOf(memberOf(written, 'digests'), number)));
    const text = [canonicalJson(memberOf(memberOf(written, 'keyslots'), slot)), ...texts.sort()].join('\n');
    const bound = own.some(([, { segments }]) => segments.length > 0);
    return [Number(slot), { kdf: kdf?.type, area, bound, text }];
  });
  return {
    slots: new Map(slots),
    tokens: new Map(
      Object.entries(tokens).map(([token, content]) => {
        return [Number(token), { type: content.type, slots: content.keyslots.map(Number), content }];
      }),
    ),
  };
}

/** Returns the text of a digest without the list of its slots, which changes when another slot is filled or emptied. */
function digestText(digest: unknown): string {
  return canonicalJson({ ...(digest as Record<string, unknown>), keyslots: undefined });
}

function memberOf(value: unknown, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}
