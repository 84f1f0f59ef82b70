import { AppError, assertNever, ERROR_EXIT, EXIT, fromWire } from './errors.ts';
import type { ExitCode } from './errors.ts';
import type { Verdict } from './model.ts';

/** The exit code that a verdict ends a command with (PRODUCT, "Verdicts"). */
export function exitOfVerdict(verdict: Verdict): ExitCode {
  switch (verdict.kind) {
    case 'succeeded':
      return EXIT.succeeded;
    case 'warnings':
      return EXIT.warnings;
    case 'failed':
      return verdict.error === undefined ? EXIT.failed : ERROR_EXIT[fromWire(verdict.error).code];
    case 'cancelled':
      return EXIT.cancelled;
    case 'lost':
      return EXIT.lost;
    default:
      return assertNever(verdict.kind);
  }
}

/**
 * A passphrase as LUKS gets it: UTF-8 of the NFC form, without one final line end, so that it is the same from every
 * keyboard and file. Throws passphrase-empty.
 */
export function passphraseBytes(typed: string): Uint8Array {
  const bytes = new TextEncoder().encode(typed.replace(/\r?\n$/, '').normalize('NFC'));
  if (bytes.length === 0) throw new AppError('passphrase-empty');
  return bytes;
}
