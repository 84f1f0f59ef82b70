import { Terminal as HeadlessTerminal } from '@xterm/headless';
import type { Terminal } from '@xterm/xterm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeApi } from '../fakeApi.fixtures.ts';
import { openLog } from '../logSession.ts';
import type { LogSession } from '../logSession.ts';
import { createPaneView } from './paneView.ts';
import type { OutputRange } from './outputRange.ts';

const ROWS = 10;
const KEPT_LINES = 5_000;

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw));
});
afterEach(() => vi.unstubAllGlobals());

/** A terminal without a window: its wheel and its selection are played. */
function headless() {
  const screen = new HeadlessTerminal({
    cols: 20,
    rows: ROWS,
    scrollback: KEPT_LINES,
    convertEol: true,
    allowProposedApi: true,
  });
  const element = new EventTarget();
  const select = vi.fn();
  const terminal = Object.assign(screen, { element, select }) as unknown as Terminal;
  const inView = (): string[] => {
    const { viewportY } = screen.buffer.active;
    return Array.from(
      { length: ROWS },
      (_, row) => screen.buffer.active.getLine(viewportY + row)?.translateToString(true) ?? '',
    );
  };
  const wheelUp = (): void => void element.dispatchEvent(Object.assign(new Event('wheel'), { deltaY: -100 }));
  return { screen, terminal, select, inView, wheelUp };
}

async function paneOf(lines: number, range: OutputRange = { from: 0 }) {
  const fake = createFakeApi();
  let now = 1_000;
  const session: LogSession = openLog(
    fake.api,
    { kind: 'containers', machine: { context: 'production', name: 'prod-1' }, repository: 'a', tail: 2000 },
    () => now,
  );
  await vi.waitFor(() => expect(session.snapshot().status.kind).toBe('following'));
  let written = 0;
  const say = (text: string): void => {
    const bytes = new TextEncoder().encode(text);
    fake.emit('log.chunk', { log: 1, offset: written, bytes });
    written += bytes.length;
  };
  const sayLines = (from: number, to: number): void =>
    say(Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join(''));
  sayLines(0, lines);
  const shown = headless();
  const onChange = vi.fn();
  const view = createPaneView(shown.terminal, session, range, onChange);
  const sees = (line: string) => vi.waitFor(() => expect(shown.inView()).toContain(line));
  const setTime = (at: number): void => {
    now = at;
  };
  return { ...shown, view, say, sayLines, sees, onChange, setTime };
}

describe('createPaneView', () => {
  it('follows the end, and waits while a person has scrolled up', async () => {
    const { view, screen, sayLines, sees, inView, onChange } = await paneOf(30);
    await sees('line 29');
    screen.scrollLines(-5);
    expect(view.mode()).toBe('held');
    const held = inView();
    sayLines(30, 40);
    expect(view.newLines()).toBe(10);
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(inView()).toEqual(held);
    view.follow();
    await sees('line 39');
    expect([view.mode(), view.newLines()]).toEqual(['following', 0]);
  });

  it('follows again once a person has scrolled down to the end', async () => {
    const { view, screen, sees } = await paneOf(30);
    await sees('line 29');
    screen.scrollLines(-5);
    screen.scrollLines(5);
    expect(view.mode()).toBe('following');
  });

  it('reads on from the store where the wheel goes beyond what the terminal keeps', async () => {
    const { view, screen, wheelUp, sees, inView } = await paneOf(8_000);
    await sees('line 7999');
    const firstInView = (): number => Number(inView()[0]?.replace('line ', ''));
    screen.scrollToTop();
    const kept = firstInView();
    wheelUp();
    expect(view.mode()).toBe('looking');
    await vi.waitFor(() => expect(screen.buffer.active.viewportY).toBeGreaterThan(0));
    screen.scrollToTop();
    expect(firstInView()).toBeLessThan(kept);
  });

  it('stays where it is when the wheel goes beyond the first line', async () => {
    const { view, screen, wheelUp, sees, inView } = await paneOf(30);
    await sees('line 29');
    screen.scrollToTop();
    wheelUp();
    expect(view.mode()).toBe('held');
    expect(inView()[0]).toBe('line 0');
  });

  it('goes on following when the wheel is turned up in a log that is shown whole', async () => {
    const { view, wheelUp, sees, sayLines } = await paneOf(5);
    await sees('line 4');
    wheelUp();
    expect(view.mode()).toBe('following');
    sayLines(5, 6);
    await sees('line 5');
  });

  it('reads on from where the terminal begins, though its lines have several rows', async () => {
    const { view, screen, say, wheelUp, sees, inView } = await paneOf(0);
    say(Array.from({ length: 4_000 }, (_, at) => `line ${at}`.padEnd(30, ' .') + '\n').join(''));
    await sees('line 3999'.padEnd(30, ' .').slice(0, 20));
    screen.scrollToTop();
    wheelUp();
    expect(view.mode()).toBe('looking');
    await vi.waitFor(() => expect(screen.buffer.active.viewportY).toBeGreaterThan(0));
    screen.scrollToTop();
    expect(Number(/^line (\d+)/.exec(inView()[0] ?? '')?.[1])).toBeLessThan(1_500);
  });

  it('shows a find in the middle and selects it, in rows that long lines have wrapped into', async () => {
    const { view, say, select, sees } = await paneOf(50);
    say(`${'x'.repeat(50)}\n\u001b[31mhere\u001b[0m it is\n`);
    await sees('here it is');
    view.reveal({ line: 51, start: 5, length: 2 });
    await vi.waitFor(() => expect(select).toHaveBeenCalledWith(5, 53, 2));
    expect(view.mode()).toBe('looking');
    view.follow();
    await sees('here it is');
    expect(view.mode()).toBe('following');
  });

  it('shows what belongs to its range alone, and more of it as the range grows', async () => {
    const { view, sees, inView } = await paneOf(10, { from: 7, to: 21 });
    await sees('line 2');
    expect(view.lines()).toEqual({ from: 1, to: 3 });
    expect(inView().filter(Boolean)).toEqual(['line 1', 'line 2']);
    view.setRange({ from: 7 });
    await sees('line 9');
    expect(view.lines()).toEqual({ from: 1, to: 10 });
  });

  it('knows the time of each row in view', async () => {
    const { view, sayLines, sees, setTime } = await paneOf(2);
    await sees('line 1');
    setTime(60_000);
    sayLines(2, 4);
    await sees('line 3');
    const times = view.visibleTimes();
    expect(times).toHaveLength(ROWS);
    expect(times.slice(0, 4)).toEqual([1_000, 1_000, 60_000, 60_000]);
    view.reveal({ line: 0, start: 0, length: 1 });
    expect(view.visibleTimes().every((at) => at === undefined)).toBe(true);
  });
});
