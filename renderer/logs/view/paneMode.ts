import type { ByteStore } from '../byteStore.ts';
import type { LiveOutput } from './liveOutput.ts';
import type { StoredRange } from './outputRange.ts';

/**
 * How a pane relates to its log. `following`: it shows the end as it comes. `held`: a person scrolled up, and new
 * output waits. `looking`: it shows a part from further back.
 */
export type PaneMode = 'following' | 'held' | 'looking';

/** The mode of a pane and the ways from one mode to another. */
interface PaneModes {
  now(): PaneMode;
  /** Stops following, so that new output waits. */
  leave(next: 'held' | 'looking'): void;
  /** Goes back to the end. */
  follow(): void;
  /** Returns how many lines came since the pane stopped following. */
  newLines(): number;
}

/** Starts a pane as `following`. Calls `onChange` when the mode changes. */
export function createPaneModes(
  store: ByteStore,
  range: StoredRange,
  live: LiveOutput,
  onChange: () => void,
): PaneModes {
  let mode: PaneMode = 'following';
  /** How many lines the log had when the pane stopped following. */
  let linesSeen = 0;
  return {
    now: () => mode,
    leave: (next) => {
      if (mode === 'following') linesSeen = store.lineCount();
      mode = next;
      live.pause();
      onChange();
    },
    follow: () => {
      const intact = mode === 'held';
      mode = 'following';
      live.resume({ intact });
      onChange();
    },
    newLines: () => (mode === 'following' ? 0 : Math.max(0, range.lineEnd() - linesSeen)),
  };
}
