import * as z from 'zod';
import type { Finding } from '../../shared/lint/findings.ts';

/** The part that is read of what `cryptsetup luksDump --dump-json-metadata` prints. */
const headerSchema = z.object({
  keyslots: z.record(z.string(), z.looseObject({ kdf: z.looseObject({ type: z.string() }).optional() })),
});

/** The passphrase's slot and the autostart key's (docs/decisions/luks-slots.md). */
const OUR_SLOTS = ['0', '1'];
const PASSPHRASE_KDF = 'argon2id';

/** Returns the findings about the key slots of a volume's header. Throws when the text is not a header's. */
export function headerFindings(text: string, { name, file }: { name: string; file: string }): Finding[] {
  const { keyslots } = headerSchema.parse(JSON.parse(text));
  const others = Object.keys(keyslots).filter((slot) => !OUR_SLOTS.includes(slot));
  const findings: Finding[] = [];
  const kdf = keyslots['0']?.kdf?.type;
  if (keyslots['0'] === undefined)
    findings.push({ severity: 'error', code: 'passphrase-slot-empty', details: { name, file } });
  else if (kdf !== undefined && kdf !== PASSPHRASE_KDF)
    findings.push({ severity: 'warning', code: 'weak-key-derivation', details: { name, file, kdf } });
  if (others.length > 0) {
    const slots = others.join(', ');
    findings.push({ severity: 'information', code: 'other-key-slots', details: { name, file, slots } });
  }
  return findings;
}
