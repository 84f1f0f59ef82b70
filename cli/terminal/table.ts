import { plain } from './plain.ts';

/** Rows under their heads, in aligned columns; what comes from elsewhere is made safe to print. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [heads, ...rows.map((row) => row.map(plain))];
  const widths = heads.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  return cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Names and values, one a line; those without a value are left out. */
export function fields(pairs: readonly (readonly [string, string | number | undefined])[]): string[] {
  const known = pairs.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value))}`);
}
