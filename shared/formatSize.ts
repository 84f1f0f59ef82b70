const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const KIBI = 1024;

/** Bytes as people read them: "10.0 GiB". */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= KIBI && unit < UNITS.length - 1) {
    value /= KIBI;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
