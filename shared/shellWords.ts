/** A word of a command: quotes and backslashes removed, expansions left as they are written. */
export interface Word {
  text: string;
  /** The line it begins on, from 1. */
  line: number;
}

/** A list of commands that is being read: the file itself, or what stands in parentheses or backticks. */
interface Frame {
  /** What ends it; '' is the end of the file. */
  close: '' | ')' | '`';
  words: Word[];
  word: Word | undefined;
  /** The quotes open in the current word, outermost first. */
  quotes: ('"' | '}')[];
  /** The next word says where a redirection goes: no part of the command. */
  redirected: boolean;
}

interface Scan {
  text: string;
  at: number;
  line: number;
  frame: Frame;
  /** The frames around `frame`, outermost first. */
  outer: Frame[];
  heredocs: { delimiter: string; tabs: boolean }[];
  commands: Word[][];
}

const HEREDOC = /<<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|\\?([^\s;&|<>()'"`]+))/y;
const ARITHMETIC = /\$?\(\((?:[^()\n]|\([^()\n]*\))*\)\)/y;
const REDIRECTION = /&?[<>]+[&|]?/y;
const QUOTED = /'[^']*'?|\$'(?:[^'\\]|\\[^])*'?/y;
const COMMENT = /#[^\n]*/y;

/**
 * The simple commands of a bash text, each as its words, those in subshells, `$(...)`, backticks and process
 * substitutions too. Reserved words (`if`, `{`, `!`) are words like others. A reader, not a shell: nothing is
 * expanded, bodies of here-documents are skipped, `case` patterns inside `$(...)` and arithmetic over several lines
 * are not understood, and what bash would refuse gives some list or other. Nesting costs no stack.
 */
export function commandsOf(text: string): Word[][] {
  const frame = newFrame('');
  const scan: Scan = { text, at: 0, line: 1, frame, outer: [], heredocs: [], commands: [] };
  while (scan.at < text.length) {
    if (scan.frame.quotes.length > 0) readQuoted(scan);
    else readPlain(scan);
  }
  while (scan.outer.length > 0) leave(scan);
  endCommand(scan);
  return scan.commands;
}

function newFrame(close: Frame['close']): Frame {
  return { close, words: [], word: undefined, quotes: [], redirected: false };
}

/** One piece of text outside quotes. */
function readPlain(scan: Scan): void {
  const { frame } = scan;
  const character = scan.text.charAt(scan.at);
  if (character === '\n') endLine(scan);
  else if (/\s/.test(character)) skip(scan, endWord);
  else if (character === '#' && frame.word === undefined) take(scan, COMMENT);
  else if (readExpansion(scan) || readRedirection(scan)) return;
  else if (character === '`') skip(scan, frame.close === '`' ? leave : enterBackticks);
  else if (character === ')') skip(scan, frame.close === ')' ? leave : endCommand);
  else if (character === '(') skip(scan, enterSubshell);
  else if (';&|'.includes(character)) skip(scan, endCommand);
  else if (character === '"') skip(scan, openQuote);
  else readCharacter(scan);
}

/** One piece of text inside "..." or ${...}: only expansions, the other's end and backslashes mean something. */
function readQuoted(scan: Scan): void {
  const { quotes } = scan.frame;
  const quote = quotes.at(-1);
  const character = scan.text.charAt(scan.at);
  if (character === quote) {
    quotes.pop();
    if (quote === '}') append(scan, '}');
    scan.at += 1;
  } else if (character === "'" && quotes.includes('"')) {
    append(scan, character);
    scan.at += 1;
  } else if (readExpansion(scan)) return;
  else if (character === '`') skip(scan, scan.frame.close === '`' ? leave : enterBackticks);
  else if (character === '"') skip(scan, openQuote);
  else readCharacter(scan);
}

/** Reads what begins an expansion or a single-quoted string, if one begins here. */
function readExpansion(scan: Scan): boolean {
  const { text, at, frame } = scan;
  const inDouble = frame.quotes.includes('"');
  const quoted = inDouble ? undefined : take(scan, QUOTED);
  if (quoted !== undefined) append(scan, quoted.replace(/^\$?'|'$/g, ''));
  else if (text.startsWith('$((', at) || (text.startsWith('((', at) && frame.word === undefined)) {
    const arithmetic = take(scan, ARITHMETIC);
    if (arithmetic === undefined) return readSubstitution(scan);
    append(scan, arithmetic);
  } else return readSubstitution(scan);
  return true;
}
