import { Terminal } from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { createByteStore } from './byteStore.ts';
import { createFeeder, HIGH_WATER } from './feeder.ts';
import { linkHandler, makeDeaf, safeLink } from './safety.ts';

describe('createFeeder', () => {
  /** A terminal that shows a write when it is told to. */
  function slowTerminal(bytes: number) {
    const store = createByteStore();
    store.append(new Uint8Array(bytes), 0);
    const writes: { bytes: number; shown: () => void }[] = [];
    let written = 0;
    const feeder = createFeeder(
      store,
      0,
      () => store.length(),
      (part, shown) => {
        written += part.length;
        writes.push({ bytes: part.length, shown });
      },
      () => undefined,
    );
    return { store, feeder, writes, written: () => written };
  }

  it('never has more under way than the terminal digests', () => {
    const { feeder, writes, written } = slowTerminal(1_000_000);
    feeder.feed();
    expect(written()).toBeGreaterThanOrEqual(HIGH_WATER);
    expect(written()).toBeLessThan(HIGH_WATER + 33_000);
    let shown = 0;
    for (let write = writes.shift(); write !== undefined; write = writes.shift()) {
      write.shown();
      shown += write.bytes;
      expect(written() - shown).toBeLessThan(HIGH_WATER + 33_000);
    }
    expect(shown).toBe(1_000_000);
  });

  it('holds the log back to what was shown, but not while a person looks elsewhere', () => {
    const { feeder, writes } = slowTerminal(1_000_000);
    feeder.feed();
    expect(feeder.done()).toBe(0);
    const first = writes.shift();
    first?.shown();
    expect(feeder.done()).toBe(first?.bytes);
    feeder.pause();
    expect(feeder.done()).toBe(Infinity);
  });

  it('forgets what was under way when it goes on elsewhere', () => {
    const { feeder, writes } = slowTerminal(1_000_000);
    feeder.feed();
    const old = writes.splice(0);
    feeder.pause();
    feeder.resume(999_000);
    for (const write of old) write.shown();
    expect(feeder.position()).toBe(1_000_000);
    expect(feeder.done()).toBe(999_000);
    writes[0]?.shown();
    expect(feeder.done()).toBe(Infinity);
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
