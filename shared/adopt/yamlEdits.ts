import { isMap, isScalar, isSeq } from 'yaml';
import type { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { ComposeSource } from './composeSource.ts';
import { endOf, hasOwnLines, startOf } from './composeSource.ts';
import { lineBreakOf, lineEnd, lineStart } from './textEdits.ts';
import type { TextEdit } from './textEdits.ts';

/**
 * Returns the change that takes a pair out of a mapping in block style, with its lines; undefined where that is not
 * possible. The lines around it, comments too, stay as they are.
 */
export function removePair({ text }: ComposeSource, map: YAMLMap, pair: Pair): TextEdit | undefined {
  if (map.flow === true || map.items.length < 2 || !hasOwnLines(pair, text)) return undefined;
  const newline = text.indexOf('\n', endOf(pair, text));
  return { start: lineStart(text, startOf(pair)), end: newline === -1 ? text.length : newline + 1, text: '' };
}

/** Returns the change that adds lines after a pair, indented as it is; undefined where the pair shares its lines. */
export function addAfter(
  { text }: ComposeSource,
  pair: Pair,
  lines: readonly string[],
): TextEdit | undefined {
  const start = startOf(pair);
  const indent = text.slice(lineStart(text, start), start);
  if (indent.trim() !== '' || !hasOwnLines(pair, text)) return undefined;
  const at = lineEnd(text, endOf(pair, text));
  const added = lines.map((line) => `${lineBreakOf(text)}${indent}${line}`).join('');
  return { start: at, end: at, text: added };
}

/** Returns the change that adds texts after an item of a list, in the list's own form; undefined where there is no place. */
export function addItems(
  { text }: ComposeSource,
  list: YAMLSeq,
  after: unknown,
  items: readonly string[],
): TextEdit | undefined {
  if (after === undefined) return undefined;
  const at = endOf(after, text);
  if (list.flow === true)
    return { start: at, end: at, text: items.map((item) => `, ${JSON.stringify(item)}`).join('') };
  const start = startOf(after);
  const lead = text.slice(lineStart(text, start), start);
  if (!/^ *- +$/.test(lead)) return undefined;
  const end = lineEnd(text, at);
  // What stands behind the item can only be a comment.
  if (!/^\s*(#.*)?$/.test(text.slice(at, end))) return undefined;
  const quote = isScalar(after) && after.type === 'QUOTE_DOUBLE';
  const added = items.map(
    (item) => `${lineBreakOf(text)}${lead}${quote ? JSON.stringify(item) : plainOrQuoted(item)}`,
  );
  return { start: end, end, text: added.join('') };
}

/** Returns the change that adds words to the end of a text; undefined where the text's form has no place for them. */
export function addWords({ text }: ComposeSource, scalar: Scalar, words: string): TextEdit | undefined {
  const end = endOf(scalar, text);
  if (scalar.type === undefined) return undefined;
  const at = scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE' ? end - 1 : end;
  return { start: at, end: at, text: ` ${words}` };
}

/**
 * Returns the changes that replace what a pattern finds in a text, written as it is in the file; undefined where the file
 * writes it otherwise (escapes). In brackets an unquoted text is put in quotes, because of the braces of a variable.
 */
export function replaceInText(
  { text }: ComposeSource,
  scalar: Scalar,
  pattern: RegExp,
  replacement: (found: string) => string,
  inFlow: boolean,
): TextEdit[] | undefined {
  const start = startOf(scalar);
  const written = text.slice(start, endOf(scalar, text));
  const value = String(scalar.value);
  const found = [...written.matchAll(pattern)];
  if (found.length !== [...value.matchAll(pattern)].length) return undefined;
  if (inFlow && scalar.type === 'PLAIN') {
    const replaced = JSON.stringify(value.replace(pattern, (match) => replacement(match)));
    return [{ start, end: start + written.length, text: replaced }];
  }
  return found.map((match) => {
    const at = start + match.index;
    return { start: at, end: at + match[0].length, text: replacement(match[0]) };
  });
}

/** Returns a text as YAML: as it is, or in quotes where it would not be the same text. */
export function plainOrQuoted(text: string): string {
  const plain =
    /^[A-Za-z0-9_/.$][A-Za-z0-9_/.$={}:@,+-]*$/.test(text) &&
    !/^[\d.]+$|:$|^(true|false|null|yes|no|on|off)$/i.test(text);
  return plain || (/^--?[A-Za-z][A-Za-z0-9_/.$={}:@,+-]*$/.test(text) && !text.endsWith(':'))
    ? text
    : JSON.stringify(text);
}

/** Tells whether a node, or what it is in, is written with brackets or braces. */
export function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}
