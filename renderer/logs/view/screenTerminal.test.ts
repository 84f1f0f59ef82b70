// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openScreenTerminal } from './screenTerminal.ts';

/** The page measures nothing in this environment: a character is 7 wide and 15 high here. */
beforeEach(() => {
  // The terminal measures 32 characters at once.
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(32 * 7);
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(15);
  document.head.innerHTML = '<style>.xterm { padding: 0px; }</style>';
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

function open({ wrap, width = 700, height = 300 }: { wrap: boolean; width?: number; height?: number }) {
  const element = document.createElement('div');
  element.style.width = `${width}px`;
  element.style.height = `${height}px`;
  Object.defineProperty(element, 'clientHeight', { value: height });
  document.body.append(element);
  const screen = openScreenTerminal(element, {
    ...{ label: 'Output of webapp', wrap, screenReader: false, askLink: () => undefined },
  });
  return { element, screen, columns: () => screen.terminal.cols };
}

describe('the terminal of a pane', () => {
  it('wraps at the edge of the pane, or keeps the width that was written for', () => {
    const { screen, columns } = open({ wrap: true });
    const atEdge = columns();
    expect(atEdge).toBeGreaterThan(80);
    expect(atEdge).toBeLessThanOrEqual(100);
    screen.setWrap(false);
    expect(columns()).toBe(120);
    screen.setWrap(true);
    expect(columns()).toBe(atEdge);
    expect(open({ wrap: false }).columns()).toBe(120);
    expect(open({ wrap: false, width: 1400 }).columns()).toBeGreaterThan(120);
  });

  it('keeps its size while its place has none, and has one in the narrowest place', () => {
    const folded = open({ wrap: true, height: 0 });
    expect([folded.screen.terminal.cols, folded.screen.terminal.rows]).toEqual([80, 24]);
    expect(open({ wrap: true, width: 20 }).columns()).toBe(2);
    vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(0);
    expect(open({ wrap: true }).columns()).toBe(80);
  });

  it('takes no key from the window', () => {
    const { element, screen } = open({ wrap: true });
    const field = element.querySelector('textarea');
    expect(field?.getAttribute('aria-label')).toBe('Output of webapp');
    const typed: string[] = [];
    screen.terminal.onKey(({ key }) => typed.push(key));
    for (const [key, keyCode] of [
      ['Tab', 9],
      ['Escape', 27],
      ['ArrowUp', 38],
    ] as const) {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      Object.defineProperty(event, 'keyCode', { value: keyCode });
      field?.dispatchEvent(event);
      expect([key, event.defaultPrevented]).toEqual([key, false]);
    }
    expect(typed).toEqual([]);
  });
});
