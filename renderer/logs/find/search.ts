import type { ByteStore } from '../byteStore.ts';
import { plainText } from '../plainText.ts';

/** What is looked for in a log. */
export interface SearchQuery {
  readonly text: string;
  readonly regularExpression: boolean;
  readonly matchCase: boolean;
}

/** One find: in the plain text of a line, from character `start`. */
export interface Hit {
  readonly line: number;
  readonly start: number;
  readonly length: number;
}

/** More finds than these are of no use to anybody, and cost memory. */
export const MOST_HITS = 100_000;
/** Bytes that are looked through at a time: some milliseconds. */
const PIECE_BYTES = 128 * 1024;

/** A pattern for one line, or undefined for a regular expression that is none (yet). */
export function compileQuery({ text, regularExpression, matchCase }: SearchQuery): RegExp | undefined {
  const source = regularExpression ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const flags = matchCase ? 'gu' : 'giu';
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/**
 * The finds of a pattern in the lines from `from` to before `to`, piece by piece: each step of the generator is short
 * work, so that whoever drives it can let the window breathe. Without `to`, to the end at the time of each step.
 */
export function* findHits(store: ByteStore, pattern: RegExp, from: number, to?: number): Generator<Hit[]> {
  const decoder = new TextDecoder();
  for (let line = from; line < (to ?? store.lineCount());) {
    const start = store.lineStart(line);
    const end = Math.min(endOfPiece(store, line), to ?? Infinity);
    const text = plainText(decoder.decode(store.read(start, store.lineStart(end))));
    yield [...hitsIn(text, pattern, line)];
    line = end;
  }
}

/** The line before which a piece that begins with `line` ends; at least one line further on. */
function endOfPiece(store: ByteStore, line: number): number {
  const reached = store.lineAt(store.lineStart(line) + PIECE_BYTES);
  return Math.min(Math.max(line + 1, reached), store.lineCount());
}

function* hitsIn(text: string, pattern: RegExp, first: number): Generator<Hit> {
  // Most pieces hold nothing: one look at all of it is far cheaper than one a line.
  if (isSingleLine(pattern) && text.search(pattern) === -1) return;
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (line === '') continue;
    for (const match of line.matchAll(pattern)) {
      if (match[0] !== '') yield { line: first + at, start: match.index, length: match[0].length };
    }
  }
}

/** True for a pattern whose finds in a whole piece are the same as in its lines: no anchors, no look-around. */
function isSingleLine({ source }: RegExp): boolean {
  return !/[$^]|\(\?/.test(source.replace(/\\[^]/g, ''));
}
