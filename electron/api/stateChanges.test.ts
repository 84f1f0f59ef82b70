import { describe, expect, it } from 'vitest';
import { createStateChanges, mergeChanges } from './stateChanges.ts';
import type { StateChange } from './stateChanges.ts';

const machine = { context: 'c', name: 'm' };
const seen = (lastSeen: number): StateChange => ({
  machines: [{ machine, change: { lastSeen } }],
  removed: [],
});

describe('changes on their way to a window', () => {
  it('merge to the newest of each field', () => {
    const metrics: StateChange = { machines: [{ machine, change: { metrics: [] } }], removed: [] };
    expect(mergeChanges(mergeChanges(seen(1), metrics), seen(2)).machines).toEqual([
      { machine, change: { lastSeen: 2, metrics: [] } },
    ]);
  });

  it('forget what was known of a machine that went, and its going when it came back', () => {
    const gone: StateChange = { machines: [], removed: [machine] };
    expect(mergeChanges(seen(1), gone)).toEqual(gone);
    expect(mergeChanges(gone, seen(2))).toEqual(seen(2));
  });

  it('never queue for a slow window: it gets the newest when it is ready', async () => {
    const sent: StateChange[] = [];
    let ready = (): void => undefined;
    const changes = createStateChanges((change) => {
      sent.push(change);
      return new Promise((resolve) => {
        ready = resolve;
      });
    });
    const settle = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 0));
    changes.add(seen(1));
    await settle();
    for (let at = 2; at <= 1000; at++) changes.add(seen(at));
    await settle();
    ready();
    await settle();
    expect(sent).toEqual([seen(1), seen(1000)]);
  });
});
