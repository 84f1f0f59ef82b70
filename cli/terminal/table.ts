import { plain } from '../../shared/plain.ts';

/** Returns rows under their heads, in aligned columns. The cells of rows are made safe to print (see `plain`). */
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

/** Returns names with their values, one a line; names without a value are left out. */
export function fields(pairs: readonly (readonly [string, string | number | undefined])[]): string[] {
  const known = pairs.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value))}`);
}
