/** A text that is being gone through, line by line in blocks, sign by sign in brackets. */
interface Scan {
  text: string;
  at: number;
  /** The column that the lines of a value must have at least: one more than that of its key or dash. */
  least: number;
  /** The column of the key or dash that was seen last. */
  column: number;
  /** The places at which spaces are missing, and how many, in the text's order. */
  missing: { at: number; count: number }[];
}

/** Says that a text is no YAML, whatever its indentation. It never leaves this file. */
class NotYaml extends Error {}

/**
 * Indents the lines inside brackets, braces and quotes that stand further left than YAML demands. Compose's reader (libyaml)
 * ignores indentation there, and people close a bracket in the column of its key; the library that we read with does
 * not. A comment that follows a bracket or quote at once gets a space before it, too. Only spaces that mean nothing are added, so lines keep their numbers and texts their values. Returns undefined
 * where no line needs it, or all together would more than double the text. Takes time in proportion to the text's length.
 */
export function withLinesIndented(text: string): string | undefined {
  const scan: Scan = { text, at: 0, least: 0, column: 0, missing: [] };
  try {
    while (scan.at < text.length) passLine(scan);
  } catch (error) {
    if (error instanceof NotYaml) return undefined;
    throw error;
  }
  const added = scan.missing.reduce((sum, { count }) => sum + count, 0);
  if (added === 0 || added > text.length) return undefined;
  let from = 0;
  const parts = scan.missing.map(({ at, count }) => {
    const part = text.slice(from, at) + ' '.repeat(count);
    from = at;
    return part;
  });
  return parts.join('') + text.slice(from);
}

/** Moves past what a pattern (sticky) matches here. Returns its length; 0 without a match. */
function pass(scan: Scan, pattern: RegExp): number {
  pattern.lastIndex = scan.at;
  const length = pattern.exec(scan.text)?.[0].length ?? 0;
  scan.at += length;
  return length;
}

const looksAt = ({ text, at }: Scan, pattern: RegExp): boolean => {
  pattern.lastIndex = at;
  return pattern.test(text);
};

const SPACES = / */y;
const DOCUMENT_MARK = /(?:---|\.\.\.)(?!\S)/y;
const NOTHING_MORE = /[ \t]*(?:#|\r?\n|$)/y;
const INDICATOR = /[-?:](?!\S)[ \t]*/y;
const PROPERTY = /[!&*]\S*/y;
const REST_OF_LINE = /[^\n]*/y;

/** Moves past a line of a block, and the lines after it that belong to a value on it. */
function passLine(scan: Scan): void {
  if (pass(scan, DOCUMENT_MARK) > 0) {
    scan.least = 0;
    scan.column = 0;
  } else {
    scan.column = pass(scan, SPACES);
    if (scan.column < scan.least && !looksAt(scan, NOTHING_MORE)) scan.least = scan.column;
    for (let length = pass(scan, INDICATOR); length > 0; length = pass(scan, INDICATOR)) {
      scan.least = scan.column + 1;
      scan.column += length;
    }
  }
  while (scan.at < scan.text.length) {
    pass(scan, /[ \t\r]+/y);
    const sign = scan.text[scan.at];
    if (sign === '\n') break;
    if (sign === '#') passComment(scan);
    else if (pass(scan, INDICATOR) > 0) scan.least = scan.column + 1;
    else if (sign === '[' || sign === '{') passBrackets(scan);
    else if (sign === '"' || sign === "'") passQuoted(scan);
    else if (sign === '|' || sign === '>') {
      passBlockText(scan);
      return;
    } else if (pass(scan, PROPERTY) === 0) passPlain(scan);
  }
  scan.at += 1;
}

/** Moves past a comment, and notes the space that it lacks before it (`]# so`). */
function passComment(scan: Scan): void {
  if (/\S/.test(scan.text[scan.at - 1] ?? ' ')) scan.missing.push({ at: scan.at, count: 1 });
  pass(scan, REST_OF_LINE);
}

/** Ends at a colon that ends a key, at a comment and at the line's end. */
const PLAIN = /(?:[^\s:]|:(?=\S)|[ \t\r]+(?![\s#]))+/y;
const PLAIN_GOES_ON = /\s*\n( *)(?![#\s])(?!(?:---|\.\.\.)(?!\S))/y;

function passPlain(scan: Scan): void {
  for (;;) {
    if (pass(scan, PLAIN) === 0) scan.at += 1;
    PLAIN_GOES_ON.lastIndex = scan.at;
    const next = PLAIN_GOES_ON.exec(scan.text);
    if (next === null || (next[1]?.length ?? 0) < Math.max(1, scan.least)) return;
    scan.at += next[0].length;
  }
}

function passBlockText(scan: Scan): void {
  const header = /[|>][-+0-9]*/y;
  header.lastIndex = scan.at;
  const given = Number(/[1-9]/.exec(header.exec(scan.text)?.[0] ?? '')?.[0] ?? 0);
  pass(scan, REST_OF_LINE);
  scan.at += 1;
  let least = given === 0 ? undefined : Math.max(0, scan.least - 1) + given;
  while (scan.at < scan.text.length) {
    const start = scan.at;
    const indentation = pass(scan, SPACES);
    if (!looksAt(scan, /\r?(?:\n|$)/y)) {
      least ??= Math.max(scan.least, indentation);
      if (indentation < least) {
        scan.at = start;
        return;
      }
    }
    pass(scan, REST_OF_LINE);
    scan.at += 1;
  }
}

/** Moves to the beginning of the next line, inside brackets or quotes, and notes the spaces that it lacks. */
function passLineEnd(scan: Scan): void {
  scan.at += 1;
  if (looksAt(scan, DOCUMENT_MARK)) throw new NotYaml();
  const start = scan.at;
  const indentation = pass(scan, SPACES);
  if (indentation < scan.least && !looksAt(scan, /[ \t\r]*(?:\n|$)/y))
    scan.missing.push({ at: start, count: scan.least - indentation });
}

function passQuoted(scan: Scan): void {
  const quote = scan.text[scan.at];
  const inside = quote === '"' ? /(?:[^"\\\n]|\\[^\n])+/y : /(?:[^'\n]|'')+/y;
  scan.at += 1;
  for (;;) {
    pass(scan, inside);
    if (scan.text[scan.at] === '\\') scan.at += 1;
    const sign = scan.text[scan.at];
    if (sign === undefined) throw new NotYaml();
    if (sign === quote) break;
    passLineEnd(scan);
  }
  scan.at += 1;
}

function passBrackets(scan: Scan): void {
  let depth = 0;
  // A plain text goes on over blanks and lines, and quotes in it are its own.
  let inPlain = false;
  do {
    const sign = scan.text[scan.at];
    if (sign === undefined) throw new NotYaml();
    if (sign === '\n') passLineEnd(scan);
    else if (/\s/.test(sign)) {
      scan.at += 1;
      if (scan.text[scan.at] === '#') pass(scan, REST_OF_LINE);
    } else if (!inPlain && sign === '#') passComment(scan);
    else if (!inPlain && (sign === '"' || sign === "'")) passQuoted(scan);
    else if (inPlain || pass(scan, /[!&*][^\s,[\]{}]*/y) === 0) {
      depth += '[{'.includes(sign) ? 1 : ']}'.includes(sign) ? -1 : 0;
      const isColon: boolean = sign === ':' && (!inPlain || looksAt(scan, /:(?:[\s,[\]{}]|$)/y));
      inPlain = !'[]{},'.includes(sign) && !isColon;
      scan.at += 1;
    }
  } while (depth > 0);
}
