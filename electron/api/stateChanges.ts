import type { ApiPayload } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';

export type StateChange = ApiPayload<'state.changed'>;

/**
 * Merges two changes into one, with the newest value of each field. A machine that was removed and came back counts as
 * present.
 */
export function mergeChanges(before: StateChange, after: StateChange): StateChange {
  const machines = new Map(before.machines.map((entry) => [keyOf(entry.machine), entry]));
  const removed = new Map(before.removed.map((machine) => [keyOf(machine), machine]));
  for (const machine of after.removed) {
    machines.delete(keyOf(machine));
    removed.set(keyOf(machine), machine);
  }
  for (const { machine, change } of after.machines) {
    const key = keyOf(machine);
    removed.delete(key);
    machines.set(key, { machine, change: { ...machines.get(key)?.change, ...change } });
  }
  const context = after.context ?? before.context;
  return {
    ...(context !== undefined && { context }),
    machines: [...machines.values()],
    removed: [...removed.values()],
  };
}

/**
 * Sends changes to one window, one message at a time. Changes that come in while a message is under way are merged, so
 * that a slow window gets the newest state instead of a queue.
 */
export function createStateChanges(send: (change: StateChange) => Promise<void>): {
  add(change: StateChange): void;
} {
  let waiting: StateChange | undefined;
  let sending = false;
  const drain = async (): Promise<void> => {
    sending = true;
    // Changes from the same turn of the event loop are sent together.
    await Promise.resolve();
    while (waiting) {
      const change = waiting;
      waiting = undefined;
      await send(change);
    }
    sending = false;
  };
  return {
    add: (change) => {
      waiting = waiting ? mergeChanges(waiting, change) : change;
      if (!sending) void drain();
    },
  };
}
