import type { Terminal } from '@xterm/xterm';
import type { ByteStore } from '../byteStore.ts';
import { colouredText } from '../plainText.ts';
import type { Hit } from '../find/search.ts';
import { WINDOW_LINES } from './outputRange.ts';
import type { StoredRange } from './outputRange.ts';

/** Older lines of a log, read back from the store into an emptied terminal. */
interface PastOutput {
  /** Returns the line in the terminal's first row. */
  firstLine(): number;
  /** Shows the lines around a line, scrolled to it. */
  showAround(line: number): void;
  /** Shows the lines around a find, and selects the find. */
  showHit(hit: Hit): void;
}

/** Shows windows of past lines in a terminal; whoever feeds it must have paused before. */
export function createPastOutput(terminal: Terminal, store: ByteStore, range: StoredRange): PastOutput {
  let firstLine = 0;
  const rowOf = (line: number): number => rowOfLine(terminal, line - firstLine);

  /** Writes lines from `first` on, each as one line without anything that moves the cursor. */
  const show = (first: number, shown: () => void): void => {
    firstLine = Math.max(first, range.firstLine());
    const last = Math.min(range.lineEnd(), firstLine + WINDOW_LINES);
    const from = Math.max(range.start(), store.lineStart(firstLine));
    const bytes = store.read(from, Math.min(range.end(), store.lineStart(last)));
    terminal.reset();
    terminal.write(colouredText(new TextDecoder().decode(bytes)), shown);
  };

  return {
    firstLine: () => firstLine,
    showAround: (line) => show(line - WINDOW_LINES / 2, () => terminal.scrollToLine(rowOf(line))),
    showHit: (hit) =>
      show(hit.line - WINDOW_LINES / 2, () => {
        const row = rowOf(hit.line);
        const at = row * terminal.cols + hit.start;
        terminal.select(at % terminal.cols, Math.floor(at / terminal.cols), hit.length);
        terminal.scrollToLine(Math.max(0, row - Math.floor(terminal.rows / 2)));
      }),
  };
}

/** Returns the terminal's row at which its n-th written line begins. */
function rowOfLine(terminal: Terminal, line: number): number {
  const buffer = terminal.buffer.active;
  let left = line;
  for (let row = 0; row < buffer.length; row += 1) {
    if (buffer.getLine(row)?.isWrapped === true) continue;
    if (left === 0) return row;
    left -= 1;
  }
  return buffer.length - 1;
}
