import type { IMarker, Terminal } from '@xterm/xterm';
import { createFeeder } from './feeder.ts';
import type { LogSession } from './logSession.ts';
import { colouredText } from './plainText.ts';
import type { Hit } from './search.ts';

/** Lines of the log that are shown at once when a person looks back beyond what the terminal keeps. */
const WINDOW_LINES = 2_000;

/** Three dots in a line of their own at the end, and nothing to scroll back to: what is there has a hole. */
const LEFT_OUT = '\x1b[0m\x1b[999;1H\r\n\x1b[2m⋯\x1b[0m\r\n\x1b[3J';

/** What part of a log a pane shows, in the machine's positions; without `to`, all that comes. */
export interface OutputRange {
  readonly from: number;
  readonly to?: number;
}

/**
 * How a pane stands to its log. `following`: the end is shown as it comes. `held`: a person scrolled up, and what
 * comes waits. `looking`: a part from further back is shown.
 */
export type PaneMode = 'following' | 'held' | 'looking';

/** What is shown of a log in one terminal. */
export interface PaneView {
  mode(): PaneMode;
  /** Lines that came since the pane stopped following. */
  newLines(): number;
  /** Back to the end. */
  follow(): void;
  /** Shows a find and marks it. */
  reveal(hit: Hit): void;
  /** The lines that belong to the pane. */
  lines(): { from: number; to: number };
  /** When the lines in view were written, from the terminal's first visible row to its last. */
  visibleTimes(): (number | undefined)[];
  /** The part of the log that is shown may have grown. */
  setRange(range: OutputRange): void;
  dispose(): void;
}

/** Shows a session's log, or a range of it, in a terminal. `onChange`: mode or number of new lines is another. */
export function createPaneView(
  terminal: Terminal,
  session: LogSession,
  range: OutputRange,
  onChange: () => void,
): PaneView {
  const { store } = session;
  let part = range;
  let mode: PaneMode = 'following';
  let leftAt = 0;
  /** The line in the terminal's first row while `looking`. */
  let firstLine = 0;
  const start = (): number => store.offsetOf(part.from);
  const end = (): number => (part.to === undefined ? store.length() : store.offsetOf(part.to));
  const lastLine = (): number => Math.min(store.lineCount(), store.lineAt(Math.max(0, end() - 1)) + 1);

  const feeder = createFeeder({
    store,
    from: start(),
    to: end,
    write: (bytes, shown) => {
      markTime(session.times.at(feeder.position() - bytes.length));
      terminal.write(bytes, shown);
    },
    onJump: () => terminal.write(LEFT_OUT),
    nextPicture: requestAnimationFrame,
  });
  /** Where in the terminal lines of another time begin: redrawn lines cannot be told by counting. */
  let marks: { marker: IMarker; at: number | undefined }[] = [];
  let markedTime: number | undefined;
  const markTime = (at: number | undefined): void => {
    if (at === markedTime) return;
    markedTime = at;
    terminal.write('', () => {
      marks = marks.filter(({ marker }) => !marker.isDisposed);
      marks.push({ marker: terminal.registerMarker(0), at });
    });
  };

  const leave = (next: PaneMode): void => {
    if (mode === 'following') leftAt = store.lineCount();
    mode = next;
    feeder.pause();
    onChange();
  };

  const follow = (): void => {
    const held = mode === 'held';
    const lag = lastLine() - store.lineAt(feeder.position());
    mode = 'following';
    if (!held || lag > terminal.rows * 50) {
      terminal.reset();
      feeder.resume(Math.max(start(), store.lineStart(Math.max(0, lastLine() - WINDOW_LINES))));
    } else feeder.resume(feeder.position());
    terminal.scrollToBottom();
    onChange();
  };

  /** Puts lines from `first` on into the emptied terminal, each as one line without anything that moves. */
  const look = (first: number, shown: () => void): void => {
    leave('looking');
    firstLine = Math.max(first, store.lineAt(start()));
    const last = Math.min(lastLine(), firstLine + WINDOW_LINES);
    const from = Math.max(start(), store.lineStart(firstLine));
    const bytes = store.read(from, Math.min(end(), store.lineStart(last)));
    terminal.reset();
    terminal.write(colouredText(new TextDecoder().decode(bytes)), shown);
  };

  const reveal = (hit: Hit): void =>
    look(hit.line - WINDOW_LINES / 2, () => {
      const row = rowOfLine(terminal, hit.line - firstLine);
      const at = row * terminal.cols + hit.start;
      terminal.select(at % terminal.cols, Math.floor(at / terminal.cols), hit.length);
      terminal.scrollToLine(Math.max(0, row - Math.floor(terminal.rows / 2)));
    });

  const onScroll = (): void => {
    const { viewportY, baseY } = terminal.buffer.active;
    if (mode === 'following' && viewportY < baseY) leave('held');
    else if (mode === 'held' && viewportY >= baseY) follow();
  };
  /** Scrolling on beyond the terminal's first line: what stands before it comes from the store. */
  const onWheel = (event: WheelEvent): void => {
    onScroll();
    if (event.deltaY < 0 && terminal.buffer.active.viewportY === 0) lookFurther();
  };
  const lookFurther = (): void => {
    const first =
      mode === 'looking'
        ? firstLine
        : Math.max(0, store.lineAt(feeder.position()) - terminal.buffer.active.baseY);
    if (first <= store.lineAt(start())) return;
    const from = Math.max(store.lineAt(start()), first - WINDOW_LINES / 2);
    look(from, () => terminal.scrollToLine(rowOfLine(terminal, first - firstLine)));
  };

  const scroll = terminal.onScroll(onScroll);
  const { element } = terminal;
  element?.addEventListener('wheel', onWheel, { passive: true });
  const off = session.subscribe(() => {
    if (mode === 'following') feeder.feed();
    else onChange();
  });
  feeder.feed();

  return {
    mode: () => mode,
    newLines: () => (mode === 'following' ? 0 : Math.max(0, lastLine() - leftAt)),
    follow,
    reveal,
    visibleTimes: () => {
      const { viewportY } = terminal.buffer.active;
      return Array.from({ length: terminal.rows }, (_, row) =>
        mode === 'looking' ? undefined : timeOfRow(marks, viewportY + row),
      );
    },
    lines: () => ({ from: store.lineAt(start()), to: lastLine() }),
    setRange: (next) => {
      part = next;
      feeder.feed();
    },
    dispose: () => {
      off();
      scroll.dispose();
      element?.removeEventListener('wheel', onWheel);
    },
  };
}

/** The terminal's row at which its n-th written line begins. */
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

/** The time of the last mark at or above a row. */
function timeOfRow(
  marks: readonly { marker: IMarker; at: number | undefined }[],
  row: number,
): number | undefined {
  return marks.findLast(({ marker }) => !marker.isDisposed && marker.line <= row)?.at;
}
