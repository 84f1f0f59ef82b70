import type { Terminal } from '@xterm/xterm';
import type { LogSession } from '../logSession.ts';
import type { Hit } from '../find/search.ts';
import { createLiveOutput } from './liveOutput.ts';
import { createStoredRange } from './outputRange.ts';
import type { OutputRange } from './outputRange.ts';
import { createPaneModes } from './paneMode.ts';
import type { PaneMode } from './paneMode.ts';
import { createPastOutput } from './pastOutput.ts';

/** The part of a log that one terminal shows. */
export interface PaneView {
  mode(): PaneMode;
  /** Returns how many lines came since the pane stopped following. */
  newLines(): number;
  /** Goes back to the end. */
  follow(): void;
  /** Shows a find and selects it. */
  reveal(hit: Hit): void;
  /** Returns the lines that belong to the pane, without `to`. */
  lines(): { from: number; to: number };
  /** Returns when the lines in view were written, from the terminal's first visible row to its last. */
  visibleTimes(): (number | undefined)[];
  /** Takes note that the part of the log that is shown may have grown. */
  setRange(range: OutputRange): void;
  dispose(): void;
}

/** Shows a range of a log in a terminal. Calls `onChange` when the mode or the number of new lines may have changed. */
export function createPaneView(
  terminal: Terminal,
  session: LogSession,
  initial: OutputRange,
  onChange: () => void,
): PaneView {
  const { store } = session;
  const range = createStoredRange(store, initial);
  const live = createLiveOutput(terminal, session, range);
  const past = createPastOutput(terminal, store, range);
  const mode = createPaneModes(store, range, live, onChange);

  const onScroll = (): void => {
    const { viewportY, baseY } = terminal.buffer.active;
    if (mode.now() === 'following' && viewportY < baseY) mode.leave('held');
    else if (mode.now() === 'held' && viewportY >= baseY) mode.follow();
  };
  const lookFurther = (): void => {
    const first = (mode.now() === 'looking' ? past : live).firstLine();
    if (first <= range.firstLine()) return;
    mode.leave('looking');
    past.showAround(first);
  };

  const stopWatching = watchScrolling(terminal, onScroll, lookFurther);
  const unsubscribe = session.subscribe(() => {
    if (mode.now() === 'following') live.feed();
    else onChange();
  });
  live.feed();

  return {
    mode: () => mode.now(),
    newLines: () => mode.newLines(),
    follow: () => mode.follow(),
    reveal: (hit) => {
      mode.leave('looking');
      past.showHit(hit);
    },
    visibleTimes: () =>
      mode.now() === 'looking' ? Array.from({ length: terminal.rows }, () => undefined) : live.timesInView(),
    lines: () => ({ from: range.firstLine(), to: range.lineEnd() }),
    setRange: (next) => {
      range.set(next);
      live.feed();
    },
    dispose: () => {
      unsubscribe();
      stopWatching();
    },
  };
}

/**
 * Calls `onScroll` when the terminal scrolled, and `onBeyondTop` when a person turns the wheel further up although the
 * terminal's first line is in view. Returns what stops both.
 */
function watchScrolling(terminal: Terminal, onScroll: () => void, onBeyondTop: () => void): () => void {
  const scroll = terminal.onScroll(onScroll);
  const onWheel = (event: WheelEvent): void => {
    onScroll();
    if (event.deltaY < 0 && terminal.buffer.active.viewportY === 0) onBeyondTop();
  };
  const { element } = terminal;
  element?.addEventListener('wheel', onWheel, { passive: true });
  return () => {
    scroll.dispose();
    element?.removeEventListener('wheel', onWheel);
  };
}
