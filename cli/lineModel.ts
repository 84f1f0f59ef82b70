/**
 * Follows what a program draws on a pseudo-terminal and tells it as lines: progress bars come back to the start of
 * their line (\r), Docker's pull goes up several. Only colours survive; every other control is obeyed (as far as it
 * moves in the last lines) or dropped, so nothing a program writes reaches the real terminal as a command.
 */
export interface LineModel {
  /** Takes text in any cut. */
  write(text: string): void;
  /** Lines that left the reachable ones since the last call; they never change again. */
  takeFinished(): string[];
  /** The lines that the program can still reach and change, oldest first; the last may be unfinished. */
  reachable(): string[];
  /** True while the program has moved up and its lines are not to be taken for final. */
  readonly redrawing: boolean;
  /** Everything becomes finished: the program that drew it has ended. */
  finish(): void;
}

interface Cell {
  readonly character: string;
  /** The colour sequence in force, empty for none. */
  readonly style: string;
}

const ESC = '\u001b';
const BEL = '\u0007';

/** One control sequence, or a character. */
const PIECE = new RegExp(
  [
    `${ESC}\\[[0-?]*[ -/]*[@-~]`, // CSI: movement, erasing, colours
    `${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)`, // strings: title, clipboard, links
    `${ESC}[ -/]*[0-OQ-WYZ\\\\\`-~]`, // other escapes
    '[^]',
  ].join('|'),
  'uy',
);
/** A sequence whose end has not come yet; longer than this it is none. */
const UNFINISHED = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*|[\\]PX^_][^${BEL}${ESC}]*${ESC}?|[ -/]*)$`, 'u');
const MOST_UNFINISHED = 4096;

const TAB = 8;

/** `reach`: how many lines up a program can go: the height of the pseudo-terminal that functions run on. */
export function createLineModel(reach = 40, colours = true): LineModel {
  let lines: Cell[][] = [[]];
  let finished: string[] = [];
  let row = 0;
  let column = 0;
  let style = '';
  let rest = '';
  let redrawing = false;

  const put = (character: string): void => {
    const line = lines[row] ?? [];
    while (line.length < column) line.push({ character: ' ', style: '' });
    line[column] = { character, style };
    column += 1;
  };

  const lineFeed = (): void => {
    row += 1;
    column = 0;
    if (row === lines.length) lines.push([]);
    while (lines.length > reach) {
      finished.push(draw(lines.shift() ?? []));
      row -= 1;
    }
  };

  const control = (sequence: string): void => {
    const final = sequence.at(-1);
    const parameters = sequence.slice(2, -1);
    const count = Math.max(1, Number.parseInt(parameters, 10) || 1);
    if (final === 'm') {
      if (colours) style = nextStyle(style, parameters);
    } else if (final === 'A' || final === 'F') {
      redrawing = true;
      row = Math.max(0, row - count);
      if (final === 'F') column = 0;
    } else if (final === 'B' || final === 'E') {
      row = Math.min(lines.length - 1, row + count);
      if (final === 'E') column = 0;
    } else if (final === 'C') column += Math.min(count, 1000);
    else if (final === 'D') column = Math.max(0, column - count);
    else if (final === 'G') column = Math.min(count, 1000) - 1;
    else if (final === 'K') lines[row] = erased(lines[row] ?? [], column, parameters);
    else if (final === 'J' && parameters !== '1') {
      lines = lines.slice(0, row + 1);
      lines[row] = erased(lines[row] ?? [], column, '');
    }
  };

  const take = (piece: string): void => {
    if (piece.startsWith(`${ESC}[`)) control(piece);
    else if (piece === '\n') lineFeed();
    else if (piece === '\r') column = 0;
    else if (piece === '\b') column = Math.max(0, column - 1);
    else if (piece === '\t') column += TAB - (column % TAB);
    else if (isPrintable(piece)) put(piece);
  };

  return {
    write(text) {
      const all = rest + text;
      const unfinished = UNFINISHED.exec(all)?.[0] ?? '';
      rest = unfinished.length < MOST_UNFINISHED ? unfinished : '';
      const whole = all.slice(0, all.length - rest.length);
      PIECE.lastIndex = 0;
      for (let match = PIECE.exec(whole); match; match = PIECE.exec(whole)) take(match[0]);
    },
    takeFinished() {
      const taken = finished;
      finished = [];
      return taken;
    },
    // Without a line under the cursor there is nothing to show yet.
    reachable: () => withoutEmptyEnd(lines).map(draw),
    get redrawing() {
      return redrawing;
    },
    finish() {
      finished.push(...withoutEmptyEnd(lines).map(draw));
      [lines, row, column, style, rest, redrawing] = [[[]], 0, 0, '', '', false];
    },
  };
}

function withoutEmptyEnd(lines: Cell[][]): Cell[][] {
  return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}

function erased(line: Cell[], column: number, parameters: string): Cell[] {
  if (parameters === '2') return [];
  if (parameters === '1')
    return line.map((cell, at) => (at <= column ? { character: ' ', style: '' } : cell));
  return line.slice(0, column);
}

/** Colours add up until a reset; numbers only, so nothing else can hide in them. */
function nextStyle(style: string, parameters: string): string {
  if (!/^[\d;:]*$/.test(parameters) || parameters.length > 32) return style;
  if (/^0*$/.test(parameters)) return '';
  const sequence = `${ESC}[${parameters}m`;
  const fresh = /^0*;/.test(parameters) ? '' : style;
  // A program that never resets must not make the style grow for ever.
  return fresh.endsWith(sequence) || fresh.length > 100 ? fresh : fresh + sequence;
}

function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code < 0xa0);
}

/** A line as text; it ends without colour. */
function draw(line: readonly Cell[]): string {
  let text = '';
  let current = '';
  for (const { character, style } of line) {
    if (style !== current) {
      text += (current === '' ? '' : `${ESC}[0m`) + style;
      current = style;
    }
    text += character;
  }
  return current === '' ? text.trimEnd() : `${text}${ESC}[0m`;
}
