import { interpolate } from './interpolation.ts';
import type { Lookup } from './interpolation.ts';

/** One assignment. A quoted value may go over several lines; an unquoted one ends with its line. */
const STATEMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?:'((?:\\'|[^'])*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\n]*))/gm;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  $: '$$',
  '"': '"',
  '\\': '\\',
};

/**
 * Parses the variables of a `.env` file as Compose does (compose-spec/compose-go, dotenv/parser.go): `KEY=value` or
 * `KEY: value`, `export` allowed, comments after a blank and `#`, single quotes literal, double quotes with escapes.
 * All but single-quoted values are interpolated from `lookup`, then from the lines above. Lines that Compose would
 * refuse are skipped, as Compose reports them itself.
 */
export function parseDotenv(text: string, lookup: Lookup): Record<string, string> {
  const values = new Map<string, string>();
  const known: Lookup = (name) => lookup(name) ?? values.get(name);
  // A byte order mark at the beginning is no part of the first name.
  const lines = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  for (const [, key, single, double, plain] of lines.matchAll(STATEMENT)) {
    if (key !== undefined) values.set(key, valueOf(single, double, plain ?? '', known));
  }
  return Object.fromEntries(values);
}

function valueOf(
  single: string | undefined,
  double: string | undefined,
  plain: string,
  known: Lookup,
): string {
  if (single !== undefined) return single.replaceAll("\\'", "'");
  if (double !== undefined) {
    // An escaped dollar is turned into the interpolation's own escape.
    const text = double.replace(/\\([nrt$"\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
    return interpolate(text, known);
  }
  const comment = / #|^#/.exec(plain);
  return interpolate((comment === null ? plain : plain.slice(0, comment.index)).trim(), known);
}
