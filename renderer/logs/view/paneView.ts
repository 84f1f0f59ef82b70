import type { Terminal } from '@xterm/xterm';
import type { LogSession } from '../logSession.ts';
import type { Hit } from '../find/search.ts';
import { createLiveOutput } from './liveOutput.ts';
import { createStoredRange } from './outputRange.ts';
import type { OutputRange } from './outputRange.ts';
import { createPastOutput } from './pastOutput.ts';

/**
 * How a pane relates to its log. `following`: it shows the end as it comes. `held`: a person scrolled up, and new
 * output waits. `looking`: it shows a part from further back.
 */
export type PaneMode = 'following' | 'held' | 'looking';

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

/** Shows a range of a session's log in a terminal. Calls `onChange` when the mode or the number of new lines changes. */
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
  let mode: PaneMode = 'following';
  /** How many lines the log had when the pane stopped following. */
  let linesSeen = 0;

  const leave = (next: PaneMode): void => {
    if (mode === 'following') linesSeen = store.lineCount();
    mode = next;
    live.pause();
    onChange();
  };
  const follow = (): void => {
    const intact = mode === 'held';
    mode = 'following';
    live.resume({ intact });
    onChange();
  };
  const onScroll = (): void => {
    const { viewportY, baseY } = terminal.buffer.active;
    if (mode === 'following' && viewportY < baseY) leave('held');
    else if (mode === 'held' && viewportY >= baseY) follow();
  };
  const lookFurther = (): void => {
    const first = (mode === 'looking' ? past : live).firstLine();
    if (first <= range.firstLine()) return;
    leave('looking');
    past.showAround(first);
  };

  const stopWatching = watchScrolling(terminal, onScroll, lookFurther);
  const unsubscribe = session.subscribe(() => {
    if (mode === 'following') live.feed();
    else onChange();
  });
  live.feed();

  return {
    mode: () => mode,
    newLines: () => (mode === 'following' ? 0 : Math.max(0, range.lineEnd() - linesSeen)),
    follow,
    reveal: (hit) => {
      leave('looking');
      past.showHit(hit);
    },
    visibleTimes: () =>
      mode === 'looking' ? Array.from({ length: terminal.rows }, () => undefined) : live.timesInView(),
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
