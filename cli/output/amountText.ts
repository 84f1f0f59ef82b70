import { fill } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/text.ts';

/** Returns a number of bytes as people read it: "10.0 GiB". */
export function sizeText(bytes: number, text: Text): string {
  return fill(text.cli.amount, { bytes });
}

/** Returns a number with the decimal sign of the language: "0.25", in French "0,25". */
export function numberText(written: number | string, text: Text): string {
  return String(written).replace('.', text.cli.decimal);
}
