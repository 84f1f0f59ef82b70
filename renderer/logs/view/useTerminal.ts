import type { Terminal } from '@xterm/xterm';
import { useEffect, useEffectEvent, useState } from 'react';
import type { RefObject } from 'react';
import type { LogSession } from '../logSession.ts';
import type { OutputRange } from './outputRange.ts';
import type { PaneMode } from './paneMode.ts';
import type { PaneView } from './paneView.ts';
import type { ScreenTerminal } from './screenTerminal.ts';

/** The log that a terminal shows, and how it shows it. */
interface TerminalUse {
  readonly session: LogSession;
  /** The part of the log; undefined while there is nothing to show yet. */
  readonly range: OutputRange | undefined;
  readonly label: string;
  readonly wrap: boolean;
  readonly screenReader: boolean;
  readonly askLink: (href: string) => void;
}

/** A terminal in a component; without `terminal` and `view` while there is nothing to show or the code is loaded. */
export interface TerminalInUse {
  readonly terminal?: Terminal;
  readonly view?: PaneView;
  readonly mode: PaneMode;
  readonly newLines: number;
}

type Parts = Awaited<ReturnType<typeof loadParts>>;

/** Loads the terminal's code, which is large and which a window without a log does not need. */
async function loadParts() {
  const [{ openScreenTerminal }, { createPaneView }] = await Promise.all([
    import('./screenTerminal.ts'),
    import('./paneView.ts'),
  ]);
  return { openScreenTerminal, createPaneView };
}

/** Opens a terminal in `place` and feeds it from a log; the code for it is loaded when the first pane is shown. */
export function useTerminal(place: RefObject<HTMLElement | null>, use: TerminalUse): TerminalInUse {
  const { session, range, label, wrap, screenReader, askLink } = use;
  const [screen, setScreen] = useState<{ terminal: ScreenTerminal; view: PaneView }>();
  const [, redraw] = useState(0);
  const from = range?.from;
  const to = range?.to;

  const openIn = useEffectEvent((element: HTMLElement, start: number, parts: Parts) => {
    const terminal = parts.openScreenTerminal(element, { label, wrap, screenReader, askLink });
    const part = { from: start, ...(to === undefined ? {} : { to }) };
    const view = parts.createPaneView(terminal.terminal, session, part, () =>
      requestAnimationFrame(() => redraw((count) => count + 1)),
    );
    return { terminal, view };
  });
  useEffect(() => {
    const element = place.current;
    if (element === null || from === undefined) return;
    let opened: ReturnType<typeof openIn> | undefined;
    let gone = false;
    void loadParts().then((parts) => {
      if (gone) return;
      opened = openIn(element, from, parts);
      setScreen(opened);
    });
    return () => {
      gone = true;
      opened?.view.dispose();
      opened?.terminal.dispose();
      setScreen(undefined);
    };
    // Another log, or another beginning, needs another terminal; other changes reach this one by the effects below.
  }, [place, session, from]);

  useEffect(() => {
    if (from !== undefined) screen?.view.setRange({ from, ...(to === undefined ? {} : { to }) });
  }, [screen, from, to]);
  useEffect(() => screen?.terminal.setWrap(wrap), [screen, wrap]);
  useEffect(() => screen?.terminal.setScreenReader(screenReader), [screen, screenReader]);

  if (screen === undefined) return { mode: 'following', newLines: 0 };
  return {
    terminal: screen.terminal.terminal,
    view: screen.view,
    mode: screen.view.mode(),
    newLines: screen.view.newLines(),
  };
}
