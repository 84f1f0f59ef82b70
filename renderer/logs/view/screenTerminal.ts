import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { linkHandler, makeDeaf } from './safety.ts';
import { terminalTheme } from './terminalTheme.ts';
import { paintFast } from './webglPool.ts';

/** Lines that a terminal keeps to scroll back through; older lines come from the log's store. */
const SCROLLBACK = 5_000;
/** The width of the terminal that functions write to (docs/decisions/functions-run-on-a-terminal.md). */
const WRITTEN_COLUMNS = 120;

/** A terminal on the screen and what a pane changes of it. */
export interface ScreenTerminal {
  readonly terminal: Terminal;
  /** Wraps lines at the pane's edge, or keeps the width that they were written for and scrolls sideways. */
  setWrap(wrap: boolean): void;
  setScreenReader(on: boolean): void;
  dispose(): void;
}

/** Opens a terminal that only shows, in an element whose size it follows. Calls `askLink` when a link is clicked. */
export function openScreenTerminal(
  element: HTMLElement,
  options: { label: string; wrap: boolean; screenReader: boolean; askLink: (href: string) => void },
): ScreenTerminal {
  const terminal = new Terminal({
    disableStdin: true,
    cursorInactiveStyle: 'none',
    cursorStyle: 'bar',
    scrollback: SCROLLBACK,
    convertEol: true,
    fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
    fontSize: 12,
    lineHeight: 1.3,
    minimumContrastRatio: 4.5,
    screenReaderMode: options.screenReader,
    theme: terminalTheme(),
    linkHandler: linkHandler(options.askLink),
  });
  makeDeaf(terminal);
  // The terminal handles no key: keys belong to the window. Copying a selection is the browser's event, not a key.
  terminal.attachCustomKeyEventHandler(() => false);
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  terminal.textarea?.setAttribute('aria-label', options.label);
  const plain = paintFast(terminal);
  let wrap = options.wrap;

  const resize = (): void => {
    const proposed = fit.proposeDimensions();
    if (proposed === undefined || !Number.isFinite(proposed.cols) || element.clientHeight === 0) return;
    const cols = wrap ? proposed.cols : Math.max(proposed.cols, WRITTEN_COLUMNS);
    terminal.resize(Math.max(2, cols), Math.max(1, proposed.rows));
  };
  const sizes = new ResizeObserver(resize);
  sizes.observe(element);
  const themes = new MutationObserver(() => (terminal.options.theme = terminalTheme()));
  themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  resize();

  return {
    terminal,
    setWrap: (next) => {
      wrap = next;
      resize();
    },
    setScreenReader: (on) => {
      terminal.options.screenReaderMode = on;
    },
    dispose: () => {
      sizes.disconnect();
      themes.disconnect();
      plain();
      terminal.dispose();
    },
  };
}
