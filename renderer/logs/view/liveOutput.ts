import type { Terminal } from '@xterm/xterm';
import { createFeeder } from './feeder.ts';
import type { LogSession } from '../logSession.ts';
import { WINDOW_LINES } from './outputRange.ts';
import type { StoredRange } from './outputRange.ts';
import { createRowTimes } from './rowTimes.ts';

/** Three dots on a line of their own at the end, and an emptied scroll-back: the output before them has a hole. */
const LEFT_OUT = '\x1b[0m\x1b[999;1H\r\n\x1b[2m⋯\x1b[0m\r\n\x1b[3J';

/** Screens full of lines: a terminal that is further behind starts anew near the end. */
const SCREENS_TO_CATCH_UP = 50;

/** The newest output of a range, written to a terminal as it comes. */
export interface LiveOutput {
  /** Writes what has come, unless paused. */
  feed(): void;
  pause(): void;
  /** Goes on at the end. `intact`: the terminal still shows what was fed last, so that only the rest is missing. */
  resume(options: { readonly intact: boolean }): void;
  /** Returns the first line that the terminal keeps, counted back from the last one fed. */
  firstLine(): number;
  /** Returns when the lines in view were written, from the terminal's first visible row to its last. */
  timesInView(): (number | undefined)[];
}

/** Feeds a terminal from a session's log; nothing is written before the first `feed`. */
export function createLiveOutput(terminal: Terminal, session: LogSession, range: StoredRange): LiveOutput {
  const { store } = session;
  const times = createRowTimes(terminal);
  const feeder = createFeeder({
    store,
    from: range.start(),
    to: range.end,
    write: (bytes, shown) => {
      times.mark(session.times.at(feeder.position() - bytes.length));
      terminal.write(bytes, shown);
    },
    onJump: () => terminal.write(LEFT_OUT),
    nextPicture: requestAnimationFrame,
  });
  const fedLine = (): number => store.lineAt(feeder.position());
  return {
    feed: () => feeder.feed(),
    pause: () => feeder.pause(),
    resume: ({ intact }) => {
      const last = range.lineEnd();
      if (!intact || last - fedLine() > terminal.rows * SCREENS_TO_CATCH_UP) {
        terminal.reset();
        feeder.resume(Math.max(range.start(), store.lineStart(Math.max(0, last - WINDOW_LINES))));
      } else feeder.resume(feeder.position());
      terminal.scrollToBottom();
    },
    firstLine: () => Math.max(0, fedLine() - linesAboveCursor(terminal)),
    timesInView: () => times.inView(),
  };
}

/** Counts the lines that end above the cursor's; a long line has several rows. */
function linesAboveCursor({ buffer: { active } }: Terminal): number {
  const last = active.baseY + active.cursorY;
  let lines = 0;
  for (let row = 1; row <= last; row += 1) if (active.getLine(row)?.isWrapped !== true) lines += 1;
  return lines;
}
