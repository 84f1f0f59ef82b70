/** What a run that is interrupted has to end: machines, loop devices, folders. */
const open = new Set<() => Promise<void>>();

/** Has `close` called when this process is asked to end before it was called. Returns the close to call. */
export function closedAtEnd(close: () => Promise<void>): () => Promise<void> {
  const once = async (): Promise<void> => {
    if (open.delete(once)) await close();
  };
  open.add(once);
  return once;
}

/** Ends the process with 1 when it is asked to end, after all that is open was closed. */
export function closeAtSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // `on`, not `once`: whoever started this process may pass the same signal on a second time.
    process.on(signal, () => {
      void Promise.allSettled([...open].map((close) => close())).then(() => process.exit(1));
    });
  }
}
