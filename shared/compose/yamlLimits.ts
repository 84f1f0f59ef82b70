import { AppError } from '../errors.ts';

/** More than any real file has, and few enough that refusing costs less than reading (docs/decisions/bounded-yaml.md). */
const DEEPEST_BRACKETS = 1000;
const MOST_DOCUMENTS = 1000;
const MOST_ESCAPED_LINE_ENDS = 10_000;

/** The longest text whose worst case is read within 100 milliseconds (measured with every kind of the tests). */
const QUICK_LENGTH = 4096;
/** The depth of brackets, and of what one line may nest, at which the parser is far from the end of its stack. */
const QUICK_DEPTH = 32;

/** Tells whether a text is so short and so flat that reading it takes no noticeable time, whatever it says. */
export function isQuicklyRead(text: string): boolean {
  if (text.length > QUICK_LENGTH || deepBracket(text, QUICK_DEPTH) !== undefined) return false;
  return text.split('\n').every((line) => {
    // Signs that begin an item, a key or a value.
    const signs = line.match(/[-?:](?!\S)/g)?.length ?? 0;
    return signs < QUICK_DEPTH && line.search(/\S|$/) < 2 * QUICK_DEPTH;
  });
}

/**
 * Refuses what would keep the parser busy for long: deeply nested brackets, thousands of documents, and hundreds of
 * thousands of escaped line ends in a quoted text. Those in comments and block texts are counted too, which never make
 * so many.
 */
export function refuseExcess(text: string, file: string): void {
  const refuse = (offset: number, reason: string): never => {
    throw new AppError('compose-invalid', { file, line: text.slice(0, offset).split('\n').length, reason });
  };
  const bracket = deepBracket(text, DEEPEST_BRACKETS);
  if (bracket !== undefined) refuse(bracket, `brackets more than ${DEEPEST_BRACKETS} deep`);
  const document = occurrence(text, /^(?:---|\.\.\.)/gm, MOST_DOCUMENTS);
  if (document !== undefined) refuse(document, `more than ${MOST_DOCUMENTS} documents`);
  const escaped = occurrence(text, /\\\r?\n/g, MOST_ESCAPED_LINE_ENDS);
  if (escaped !== undefined) refuse(escaped, `more than ${MOST_ESCAPED_LINE_ENDS} escaped line ends`);
}

/** Returns the position of the first bracket that is nested deeper than `most`; undefined without one. */
function deepBracket(text: string, most: number): number | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + ('[{'.includes(bracket) ? 1 : -1));
    if (depth > most) return index;
  }
  return undefined;
}

/** Returns the position of the first match after `most` others; undefined without so many. */
function occurrence(text: string, pattern: RegExp, most: number): number | undefined {
  let count = 0;
  for (const { index } of text.matchAll(pattern)) {
    count += 1;
    if (count > most) return index;
  }
  return undefined;
}
