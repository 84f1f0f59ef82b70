import { createSplitter, ESC } from './controlText.ts';

/**
 * Follows what a program draws on a pseudo-terminal and tells it as lines. Programs draw over what they wrote: progress
 * bars return to the start of their line (\r), `docker pull` moves up several lines. Only colours are passed on; every
 * other control is obeyed, as far as it moves within the last lines, or dropped, so that nothing a program writes can
 * reach the real terminal as a command.
 */
interface LineModel {
  /** Takes more text, cut anywhere. */
  write(text: string): void;
  /** Returns, once, the lines that the program can no longer reach; they never change again. */
  takeFinished(): string[];
  /** Returns the lines that have their line feed but that the program can still reach and change, oldest first. */
  ended(): string[];
  /** Returns the last line, which has no line feed yet; empty where it has no text. */
  unended(): string;
  /** True once the program has moved up, until `finish`: its lines may all change again. */
  readonly redrawing: boolean;
  /** Makes all lines finished, because the program that drew them has ended. */
  finish(): void;
}

/** One character on the screen. */
interface Cell {
  readonly character: string;
  /** The colour sequence in force at the character; empty for none. */
  readonly style: string;
}

/** The columns from one tab stop to the next. */
const TAB = 8;
/** The last column that a movement of the cursor can reach. */
const WIDEST = 1000;
/** The longest line, in columns; it ends without a line feed, because a program may never write one. */
const LONGEST = 32_768;

/** A line: a string while it is only added to, without colour. Most lines are, and a flood of them stays cheap. */
type Line = string | Cell[];

/** The drawn lines, and the place and the style of the next character. */
interface Grid {
  readonly reach: number;
  readonly colours: boolean;
  lines: Line[];
  finished: string[];
  row: number;
  column: number;
  style: string;
  redrawing: boolean;
}

/** Makes a line model. `reach`: the height of the program's pseudo-terminal, which is how many lines up it can go. */
export function createLineModel(reach = 40, colours = true): LineModel {
  const blank = { lines: [''], row: 0, column: 0, style: '', redrawing: false };
  const grid: Grid = { reach, colours, finished: [], ...blank };
  let split = createSplitter();
  return {
    write(text) {
      for (const piece of split(text)) take(grid, piece);
    },
    takeFinished: () => grid.finished.splice(0),
    ended: () => grid.lines.slice(0, -1).map(draw),
    unended: () => draw(grid.lines.at(-1) ?? ''),
    get redrawing() {
      return grid.redrawing;
    },
    finish() {
      grid.finished.push(...withoutEmptyEnd(grid.lines).map(draw));
      Object.assign(grid, blank, { lines: [''] });
      split = createSplitter();
    },
  };
}

function take(grid: Grid, piece: string): void {
  if (piece.startsWith(`${ESC}[`)) control(grid, piece.slice(2, -1), piece.slice(-1));
  else if (piece === '\n') lineFeed(grid);
  else if (piece === '\r') grid.column = 0;
  else if (piece === '\b') grid.column = Math.max(0, grid.column - 1);
  else if (piece === '\t') grid.column = Math.min(LONGEST, grid.column + TAB - (grid.column % TAB));
  else if (isPrintable(piece)) put(grid, piece);
}

function put(grid: Grid, text: string): void {
  let rest = text;
  while (rest !== '') {
    if (grid.column === LONGEST) breakLine(grid);
    // A character outside the basic plane comes as a piece of its own and takes one column.
    const fitting = isAstral(rest) ? rest : rest.slice(0, LONGEST - grid.column);
    putFitting(grid, fitting);
    rest = rest.slice(fitting.length);
  }
}

function putFitting(grid: Grid, text: string): void {
  const line = grid.lines[grid.row] ?? '';
  // In a string each unit has to be one column; a character outside the basic plane is two units and one column.
  if (typeof line === 'string' && grid.style === '' && line.length === grid.column && !isAstral(text)) {
    grid.lines[grid.row] = line + text;
    grid.column += text.length;
    return;
  }
  const cells = cellsOf(line);
  grid.lines[grid.row] = cells;
  for (const character of text) {
    while (cells.length < grid.column) cells.push({ character: ' ', style: '' });
    cells[grid.column] = { character, style: grid.style };
    grid.column += 1;
  }
}

function isAstral(text: string): boolean {
  return (text.codePointAt(0) ?? 0) > 0xffff;
}

function cellsOf(line: Line): Cell[] {
  if (typeof line !== 'string') return line;
  return Array.from(line, (character) => ({ character, style: '' }));
}

function lineFeed(grid: Grid): void {
  grid.row += 1;
  grid.column = 0;
  if (grid.row === grid.lines.length) grid.lines.push('');
  while (grid.lines.length > grid.reach) {
    grid.finished.push(draw(grid.lines.shift() ?? ''));
    grid.row -= 1;
  }
}

/**
 * Ends a line that is too long: it becomes finished, with all lines above it. The spaces at its end are kept, because
 * more text of the program's own line follows them.
 */
function breakLine(grid: Grid): void {
  const above = grid.lines.splice(0, grid.row);
  grid.finished.push(...above.map(draw), drawWhole(grid.lines.shift() ?? ''));
  if (grid.lines.length === 0) grid.lines.push('');
  grid.row = 0;
  grid.column = 0;
}

/** Obeys a control sequence by its last letter (ECMA-48); those that do not move, erase or colour are dropped. */
function control(grid: Grid, parameters: string, final: string): void {
  const count = Math.max(1, Number.parseInt(parameters, 10) || 1);
  const { lines, row, column } = grid;
  if (final === 'm') {
    if (grid.colours) grid.style = nextStyle(grid.style, parameters);
  } else if (final === 'A' || final === 'F') {
    grid.redrawing = true;
    grid.row = Math.max(0, row - count);
    if (final === 'F') grid.column = 0;
  } else if (final === 'B' || final === 'E') {
    grid.row = Math.min(lines.length - 1, row + count);
    if (final === 'E') grid.column = 0;
  } else if (final === 'C') grid.column += Math.min(count, WIDEST - Math.min(column, WIDEST));
  else if (final === 'D') grid.column = Math.max(0, column - count);
  else if (final === 'G') grid.column = Math.min(count, WIDEST) - 1;
  else if (final === 'K') lines[row] = erased(cellsOf(lines[row] ?? ''), column, parameters);
  else if (final === 'J' && parameters !== '1') {
    grid.lines = [...lines.slice(0, row), erased(cellsOf(lines[row] ?? ''), column, '')];
  }
}

function withoutEmptyEnd(lines: Line[]): Line[] {
  return lines.at(-1)?.length === 0 ? lines.slice(0, -1) : lines;
}

function erased(line: Cell[], column: number, parameters: string): Cell[] {
  if (parameters === '2') return [];
  if (parameters === '1')
    return line.map((cell, at) => (at <= column ? { character: ' ', style: '' } : cell));
  return line.slice(0, column);
}

/**
 * Returns the style after a colour sequence: styles add up until a reset. A sequence of anything but numbers is
 * dropped, so that nothing else can hide in a style.
 */
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

/** Returns a line as text, without the spaces at its end unless they have a colour. */
function draw(line: Line): string {
  return drawWhole(line).trimEnd();
}

/** Returns a whole line as text, with its colours; a colour is reset at the end. */
function drawWhole(line: Line): string {
  if (typeof line === 'string') return line;
  let text = '';
  let current = '';
  for (const { character, style } of line) {
    if (style !== current) {
      text += (current === '' ? '' : `${ESC}[0m`) + style;
      current = style;
    }
    text += character;
  }
  return current === '' ? text : `${text}${ESC}[0m`;
}
