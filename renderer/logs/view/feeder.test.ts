import { Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { createByteStore } from '../byteStore.ts';
import { createFeeder, FAR_BYTES, KEPT_BYTES, SLICE_BYTES } from './feeder.ts';
import { linkHandler, makeDeaf, safeLink } from './safety.ts';

describe('createFeeder', () => {
  /** Makes a feeder whose terminal shows a write, and whose window draws, only when the test tells them to. */
  function slowTerminal(bytes: number, from = 0) {
    const store = createByteStore();
    const fill = (more: number): void =>
      store.append(Buffer.from(`${'x'.repeat(79)}\n`.repeat(more / 80)), store.length());
    fill(bytes);
    const writes: { bytes: number; shown: () => void }[] = [];
    const pictures: (() => void)[] = [];
    const jumps: number[] = [];
    const feeder = createFeeder({
      store,
      from,
      to: () => store.length(),
      write: (part, shown) => void writes.push({ bytes: part.length, shown }),
      onJump: () => {
        jumps.push(feeder.position());
      },
      nextPicture: (draw) => void pictures.push(draw),
    });
    const draw = (): void => {
      for (const picture of pictures.splice(0)) picture();
    };
    /** Draws and shows until nothing is left to write. Returns the bytes of each picture. */
    const run = (): number[] => {
      const drawn: number[] = [];
      for (;;) {
        draw();
        const [write] = writes.splice(0);
        if (write === undefined) return drawn;
        drawn.push(write.bytes);
        write.shown();
      }
    };
    return { store, fill, feeder, writes, jumps, draw, run };
  }

  it('writes a slice a picture, and no more before it was shown', () => {
    const { feeder, writes, draw, run } = slowTerminal(400_000);
    feeder.feed();
    feeder.feed();
    draw();
    draw();
    expect(writes.map(({ bytes }) => bytes)).toEqual([SLICE_BYTES]);
    const drawn = run();
    expect(Math.max(...drawn)).toBe(SLICE_BYTES);
    expect(drawn.reduce((sum, bytes) => sum + bytes, 0)).toBe(400_000);
  });

  it('far behind, leaves out what scrolled by and goes on at a line near the end', () => {
    const { store, fill, feeder, jumps, run } = slowTerminal(80 * 100_000);
    feeder.feed();
    const drawn = run();
    expect(jumps).toHaveLength(1);
    expect((jumps[0] ?? 0) % 80).toBe(0);
    expect(store.length() - (jumps[0] ?? 0)).toBeLessThanOrEqual(KEPT_BYTES);
    expect(drawn.reduce((sum, bytes) => sum + bytes, 0)).toBe(store.length() - (jumps[0] ?? 0));
    fill(8_000);
    feeder.feed();
    expect(run()).toEqual([8_000]);
    expect(jumps).toHaveLength(1);
  });

  it('jumps into a line that has no end', () => {
    const { store, feeder, jumps, run } = slowTerminal(0);
    store.append(new Uint8Array(2 * FAR_BYTES), 0);
    feeder.feed();
    run();
    expect(jumps).toEqual([2 * FAR_BYTES - KEPT_BYTES]);
  });

  it('stops when paused, and forgets what was under way when it goes on elsewhere', () => {
    const { feeder, writes, draw, run } = slowTerminal(400_000);
    feeder.feed();
    draw();
    const [old] = writes.splice(0);
    feeder.pause();
    old?.shown();
    draw();
    expect(writes).toEqual([]);
    feeder.resume(399_920);
    old?.shown();
    expect(run()).toEqual([80]);
    expect(feeder.position()).toBe(400_000);
  });

  it('goes on elsewhere at once, while a slice from before is still being shown', () => {
    const { feeder, writes, draw, run } = slowTerminal(400_000);
    feeder.feed();
    draw();
    const [old] = writes.splice(0);
    feeder.resume(399_920);
    expect(run()).toEqual([80]);
    old?.shown();
    expect(run()).toEqual([]);
    expect(feeder.position()).toBe(400_000);
  });
});

describe('makeDeaf', () => {
  const hostile = [
    '\u001b[c\u001b[>c\u001b[=c',
    '\u001b[5n\u001b[6n\u001b[?6n',
    '\u001b[4$p\u001b[?1$p\u001b[>q',
    '\u001b[14t\u001b[18t\u001b[21t\u001b[x',
    '\u001b]0;a title\u0007\u001b]2;another\u001b\\',
    '\u001b]52;c;?\u0007\u001b]52;c;c2VjcmV0\u0007',
    '\u001b]4;1;?\u0007\u001b]10;?\u0007\u001b]11;?\u0007\u001b]12;?\u0007',
    '\u001bP$qm\u001b\\\u0005',
  ].join('');

  it('answers nothing and takes no title, whatever a log holds', async () => {
    const terminal = new Terminal({ allowProposedApi: true });
    makeDeaf(terminal);
    const answers: string[] = [];
    terminal.onData((data) => answers.push(data));
    terminal.onBinary((data) => answers.push(data));
    terminal.onTitleChange((title) => answers.push(title));
    await new Promise<void>((resolve) => terminal.write(`${hostile}still shown`, resolve));
    expect(answers).toEqual([]);
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('still shown');
  });
});

describe('links', () => {
  it.each([
    ['https://example.org/x', 'https://example.org/x'],
    ['http://127.0.11.2:8080', 'http://127.0.11.2:8080/'],
    ['javascript:alert(1)', undefined],
    ['file:///etc/passwd', undefined],
    ['data:text/html,x', undefined],
    ['nothing', undefined],
  ])('%s leads to %s', (target, href) => {
    expect(safeLink(target)).toBe(href);
    const asked: string[] = [];
    linkHandler((one) => asked.push(one)).activate({} as never, target, {
      start: { x: 1, y: 1 },
      end: { x: 1, y: 1 },
    });
    expect(asked).toEqual(href === undefined ? [] : [href]);
  });
});
