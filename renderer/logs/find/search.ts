import type { ByteStore } from '../byteStore.ts';
import { plainText } from '../plainText.ts';

/** The search that a person enters for a log. */
export interface SearchQuery {
  readonly text: string;
  readonly regularExpression: boolean;
  readonly matchCase: boolean;
}

/** One find: its place in the plain text of a line, in characters. */
export interface Hit {
  readonly line: number;
  readonly start: number;
  readonly length: number;
}

/** The most finds that are kept: nobody goes through more, and they cost memory. */
export const MOST_HITS = 100_000;
/** Bytes that are looked through at a time, which takes some milliseconds. */
const PIECE_BYTES = 128 * 1024;

/** Returns a pattern for one line; undefined for a regular expression that is invalid, perhaps as it is half typed. */
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
 * Yields the finds of a pattern in the lines from `from` to before `to`, piece by piece: each step is short work, so
 * that the caller can let the window draw between two steps. Without `to`, it goes on to the store's end at each step.
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

/** Returns the line before which a piece that begins with `line` ends; at least one line further on. */
function endOfPiece(store: ByteStore, line: number): number {
  const reached = store.lineAt(store.lineStart(line) + PIECE_BYTES);
  return Math.min(Math.max(line + 1, reached), store.lineCount());
}

/** Yields the finds in a piece of plain text whose first line is the log's line `first`. */
function* hitsIn(text: string, pattern: RegExp, first: number): Generator<Hit> {
  // Most pieces hold no find: one search in all of the text is far cheaper than one a line.
  if (isSingleLine(pattern) && text.search(pattern) === -1) return;
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (line === '') continue;
    for (const match of line.matchAll(pattern)) {
      if (match[0] !== '') yield { line: first + at, start: match.index, length: match[0].length };
    }
  }
}

/** Returns true for a pattern that finds the same in a whole piece as in its lines: no anchors, no look-around. */
function isSingleLine({ source }: RegExp): boolean {
  return !/[$^]|\(\?/.test(source.replace(/\\[^]/g, ''));
}
