const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
const KIBI = 1024;

/** The unit of bytes and the decimal sign of a language. */
const STYLES = { bytes: { unit: 'B', decimal: '.' }, octets: { unit: 'o', decimal: ',' } };
export type SizeStyle = keyof typeof STYLES;

/** Returns bytes in readable form: "10.0 GiB", or in French, as `octets`, "10,0 Gio". */
export function formatSize(bytes: number, style: SizeStyle): string {
  let value = bytes;
  let unit = 0;
  while (value >= KIBI && unit < UNITS.length - 1) {
    value /= KIBI;
    unit += 1;
  }
  const { unit: word, decimal } = STYLES[style];
  const number = unit === 0 ? String(value) : value.toFixed(1).replace('.', decimal);
  return `${number} ${UNITS[unit] ?? ''}${word}`;
}
