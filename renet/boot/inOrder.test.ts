import { afterEach, describe, expect, it, vi } from 'vitest';
import { inOrder } from './inOrder.ts';
import type { OrderOptions } from './inOrder.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Runs items that end when the test ends them, and notes what happens. */
function start(names: string[], changes: Partial<OrderOptions<string>> = {}) {
  const notes: string[] = [];
  const endings = new Map<string, () => void>();
  const done = inOrder(
    names,
    {
      key: (name) => name,
      waitsFor: () => [],
      delay: () => 0,
      parallel: 2,
      turnSeconds: 3600,
      signal: new AbortController().signal,
      ...changes,
    },
    async (name) => {
      notes.push(`+${name}`);
      await new Promise<void>((resolve) => endings.set(name, resolve));
      notes.push(`-${name}`);
    },
  );
  const end = async (name: string): Promise<void> => {
    await expect.poll(() => endings.has(name)).toBe(true);
    endings.get(name)?.();
  };
  return { notes, end, done };
}

describe('work in an order', () => {
  it('is done so many at a time', async () => {
    const { notes, end, done } = start(['a', 'b', 'c']);
    await end('b');
    await end('c');
    await end('a');
    await done;
    expect(notes).toEqual(['+a', '+b', '-b', '+c', '-c', '-a']);
  });

  it('waits for what comes before it, and for its delay', async () => {
    const { notes, end, done } = start(['late', 'early'], {
      waitsFor: (name) => (name === 'late' ? ['early'] : []),
      delay: (name) => (name === 'late' ? 0.01 : 0),
    });
    await end('early');
    await end('late');
    await done;
    expect(notes).toEqual(['+early', '-early', '+late', '-late']);
  });

  it('does not let one that hangs hold up the others', async () => {
    const { notes, end, done } = start(['hangs', 'b', 'c'], { parallel: 1, turnSeconds: 0.01 });
    await end('b');
    await end('c');
    await end('hangs');
    await done;
    expect(notes.slice(0, 2)).toEqual(['+hangs', '+b']);
  });

  it('gives the turn of one that hangs to one other, though it ends later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { notes, end, done } = start(['hangs', 'b', 'c'], { parallel: 1, turnSeconds: 1 });
    await expect.poll(() => notes).toEqual(['+hangs']);
    vi.advanceTimersByTime(1000);
    await expect.poll(() => notes).toEqual(['+hangs', '+b']);
    await end('hangs');
    await expect.poll(() => notes).toContain('-hangs');
    await end('b');
    await end('c');
    await done;
    expect(notes).toEqual(['+hangs', '+b', '-hangs', '-b', '+c', '-c']);
  });

  it('begins nothing more once it is told to stop', async () => {
    const stop = new AbortController();
    const { notes, end, done } = start(['a', 'b'], { parallel: 1, signal: stop.signal });
    await expect.poll(() => notes).toEqual(['+a']);
    stop.abort();
    await end('a');
    await done;
    expect(notes).toEqual(['+a', '-a']);
  });
});
