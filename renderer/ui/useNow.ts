import { useSyncExternalStore } from 'react';

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * Returns the time of this computer's clock, and draws the component again every second. One timer serves the whole
 * window.
 */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** Returns what a function makes of this computer's time, and draws the component again only when that changes. */
export function useAtTime<Value extends string | number | boolean | undefined>(
  of: (now: number) => Value,
): Value {
  return useSyncExternalStore(subscribe, () => of(now));
}
