import { AUTOSTART_SLOT, PASSPHRASE_SLOT } from '../../shared/passphraseChange.ts';
import type { ChangeMark } from '../../shared/passphraseChange.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import type { LuksHeader } from '../volume/luksMetadata.ts';
import { changeMarks } from '../volume/passphrases.ts';

const PASSPHRASE_KDF = 'argon2id';

/**
 * Returns the findings about the key slots of a volume's header (docs/decisions/luks-slots.md). Whose slot 1 is, is left
 * to those who can try a key on it.
 */
export function headerFindings(
  header: LuksHeader,
  { name, file }: { name: string; file: string },
): Finding[] {
  const marks = changeMarks(header);
  const marked = marks.flatMap(({ replaced, replacement }) => [...replaced, replacement]);
  return [
    ...marks.map((mark) => interruptedFinding(mark, name)),
    ...passphraseFindings(header, { name, file }, marks.length > 0),
    ...otherSlots(header, { name, file }, [PASSPHRASE_SLOT, AUTOSTART_SLOT, ...marked]),
  ];
}

function interruptedFinding({ begun, replaced, replacement }: ChangeMark, name: string): Finding {
  const listed = replaced.length === 0 ? '–' : replaced.join(', ');
  return begun
    ? {
        severity: 'warning',
        code: 'passphrase-change-half-done',
        details: { name, replacement, replaced: listed },
      }
    : { severity: 'warning', code: 'passphrase-change-begun', details: { name, replaced: listed } };
}

function otherSlots(
  header: LuksHeader,
  { name, file }: { name: string; file: string },
  known: readonly number[],
): Finding[] {
  const slots = [...header.slots.keys()].filter((slot) => !known.includes(slot)).join(', ');
  if (slots === '') return [];
  return [{ severity: 'information', code: 'other-key-slots', details: { name, file, slots } }];
}

function passphraseFindings(
  { slots }: LuksHeader,
  { name, file }: { name: string; file: string },
  changing: boolean,
): Finding[] {
  const passphrase = slots.get(PASSPHRASE_SLOT);
  if (passphrase?.bound !== true)
    // A change that was cut off says where the passphrase is; it empties slot 0 before it fills it.
    return changing ? [] : [{ severity: 'error', code: 'passphrase-slot-empty', details: { name, file } }];
  const { kdf } = passphrase;
  if (kdf === undefined || kdf === PASSPHRASE_KDF) return [];
  return [{ severity: 'warning', code: 'weak-key-derivation', details: { name, file, kdf } }];
}
