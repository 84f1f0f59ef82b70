/** A word of a command, without quotes and backslashes, and with expansions as they are written. */
export interface Word {
  text: string;
  /** The line on which the word begins, from 1. */
  line: number;
}

/** The meaning of the text at a place: plain, in "...", in ${...}, or in a ${...} inside "...". */
type Mode = 'plain' | 'double' | 'brace' | 'brace-in-double';

/** A list of commands that is being read: the file itself, or the contents of parentheses or backticks. */
interface Frame {
  /** The character that ends the list; '' is the end of the file. */
  close: '' | ')' | '`';
  words: Word[];
  word: Word | undefined;
  /** The quotes and braces that are open in the current word, the outermost first. */
  modes: Mode[];
  /** True when the next word is the target of a redirection and no part of the command. */
  redirected: boolean;
}

interface Scan {
  text: string;
  at: number;
  line: number;
  frame: Frame;
  /** The frames around `frame`, the outermost first. */
  outer: Frame[];
  heredocs: { delimiter: string; tabs: boolean }[];
  commands: Word[][];
}

/** A pattern that may match at a place, and the action once it was read. The first rule that matches is taken. */
type Rule = readonly [pattern: RegExp, action: (scan: Scan, match: RegExpExecArray) => void];

const EXPANSIONS: Rule[] = [
  [/\\\n/y, () => undefined],
  [/\\[^]?/y, (scan, [escaped]) => append(scan, escaped.slice(1))],
  [/\$\(\((?:[^()\n]|\([^()\n]*\))*\)\)/y, (scan, [arithmetic]) => append(scan, arithmetic)],
  [/\$\(/y, (scan) => enterWithin(scan, ')')],
  [
    /\$\{/y,
    (scan) => open(scan, modeOf(scan) === 'plain' || modeOf(scan) === 'brace' ? 'brace' : 'brace-in-double'),
  ],
  [/`/y, (scan) => (scan.frame.close === '`' ? leave(scan) : enterWithin(scan, '`'))],
];
const SINGLE_QUOTES: Rule[] = [
  [/'([^']*)'?/y, (scan, [, inside = '']) => append(scan, inside)],
  [/\$'((?:[^'\\]|\\[^])*)'?/y, (scan, [, inside = '']) => append(scan, inside)],
];
const OPENING_QUOTE: Rule = [/\$?"/y, (scan) => open(scan, 'double')];
const CLOSING_BRACE: Rule = [/\}/y, closeMode];
const REST: Rule = [/[\w./:=@%+,-]+|[^]/y, (scan, [text]) => append(scan, text)];

const RULES: Record<Mode, Rule[]> = {
  double: [...EXPANSIONS, [/"/y, closeMode], REST],
  brace: [...EXPANSIONS, ...SINGLE_QUOTES, OPENING_QUOTE, CLOSING_BRACE, REST],
  'brace-in-double': [...EXPANSIONS, OPENING_QUOTE, CLOSING_BRACE, REST],
  plain: [
    [/\n/y, endLine],
    [/\s/y, endWord],
    [/(?<![^\s;&|()<>`])#[^\n]*/y, () => undefined],
    ...SINGLE_QUOTES,
    OPENING_QUOTE,
    ...EXPANSIONS,
    [/\(\((?:[^()\n]|\([^()\n]*\))*\)\)/y, endCommand],
    [/[<>]\(/y, (scan) => enterWithin(scan, ')')],
    [/<<</y, endWord],
    [/<<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|\\?([^\s;&|<>()'"`]+))/y, queueHeredoc],
    [/&?[<>]+[&|]?/y, redirect],
    [/\(/y, enterSubshell],
    [/\)/y, (scan) => (scan.frame.close === ')' ? leave(scan) : endCommand(scan))],
    [/[;&|]/y, endCommand],
    REST,
  ],
};

/**
 * Returns the simple commands of a bash text, each as its words, including those in subshells, `$(...)`, backticks and
 * process substitutions. Reserved words (`if`, `{`, `!`) are words like others. This is a reader and no shell: nothing
 * is expanded, bodies of here-documents are skipped, `case` patterns inside `$(...)` and arithmetic over several lines
 * are not understood, and text that bash would refuse gives an arbitrary list.
 */
export function commandsOf(text: string): Word[][] {
  return [...commandsInTurns(text)].flat();
}

/** The length of text after which a reading pauses, UTF-16 units: ten to twenty milliseconds for any text. */
const TURN_LENGTH = 8192;

/** Returns the same commands in parts, so that a caller can do other work between them. */
export function* commandsInTurns(text: string): Generator<Word[][]> {
  const frame = newFrame('');
  const scan: Scan = { text, at: 0, line: 1, frame, outer: [], heredocs: [], commands: [] };
  let pause = TURN_LENGTH;
  while (scan.at < text.length) {
    readNext(scan);
    if (scan.at < pause) continue;
    pause = scan.at + TURN_LENGTH;
    yield scan.commands.splice(0);
  }
  while (scan.outer.length > 0) leave(scan);
  endCommand(scan);
  yield scan.commands;
}

function readNext(scan: Scan): void {
  for (const [pattern, action] of RULES[modeOf(scan)]) {
    pattern.lastIndex = scan.at;
    const match = pattern.exec(scan.text);
    if (match === null) continue;
    scan.at = pattern.lastIndex;
    action(scan, match);
    scan.line += match[0].split('\n').length - 1;
    return;
  }
}

function modeOf({ frame }: Scan): Mode {
  return frame.modes.at(-1) ?? 'plain';
}

function open(scan: Scan, mode: Mode): void {
  append(scan, mode === 'double' ? '' : '${');
  scan.frame.modes.push(mode);
}

function closeMode(scan: Scan): void {
  if (scan.frame.modes.pop() !== 'double') append(scan, '}');
}

function append({ frame, line }: Scan, text: string): void {
  frame.word ??= { text: '', line };
  frame.word.text += text;
}

function newFrame(close: Frame['close']): Frame {
  return { close, words: [], word: undefined, modes: [], redirected: false };
}

/** Begins the commands of a substitution, and marks its place in the word around it. */
function enterWithin(scan: Scan, close: ')' | '`'): void {
  append(scan, '$()');
  scan.outer.push(scan.frame);
  scan.frame = newFrame(close);
}

function enterSubshell(scan: Scan): void {
  endCommand(scan);
  scan.outer.push(scan.frame);
  scan.frame = newFrame(')');
}

function leave(scan: Scan): void {
  endCommand(scan);
  scan.frame = scan.outer.pop() ?? scan.frame;
}

function endWord({ frame }: Scan): void {
  if (frame.word === undefined) return;
  if (!frame.redirected) frame.words.push(frame.word);
  frame.redirected = false;
  frame.word = undefined;
}

function endCommand(scan: Scan): void {
  endWord(scan);
  if (scan.frame.words.length > 0) scan.commands.push(scan.frame.words);
  scan.frame.words = [];
  scan.frame.redirected = false;
}

/** Reads a redirection. A number right before it is a file descriptor and no word. */
function redirect(scan: Scan): void {
  if (/^\d+$/.test(scan.frame.word?.text ?? '')) scan.frame.word = undefined;
  endWord(scan);
  scan.frame.redirected = true;
}

function queueHeredoc(scan: Scan, [, dash, single, double, bare]: RegExpExecArray): void {
  endWord(scan);
  scan.heredocs.push({ delimiter: single ?? double ?? bare ?? '', tabs: dash === '-' });
}

function endLine(scan: Scan): void {
  endCommand(scan);
  for (const { delimiter, tabs } of scan.heredocs.splice(0)) {
    while (scan.at < scan.text.length) {
      const end = scan.text.indexOf('\n', scan.at);
      const line = scan.text.slice(scan.at, end === -1 ? undefined : end).replace(/\r$/, '');
      scan.at = end === -1 ? scan.text.length : end + 1;
      scan.line += 1;
      if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) break;
    }
  }
}
