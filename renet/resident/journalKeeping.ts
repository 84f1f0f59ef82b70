import { setTimeout as pause } from 'node:timers/promises';
import type { JournalParts, MachineJournal } from '../journal/machineJournal.ts';
import type { MachineWatch } from '../observe/watch.ts';

/** The milliseconds after a watch that failed until the next one. */
const AGAIN_MILLISECONDS = 10_000;

/**
 * Keeps the journal of a machine until `stop`: it looks at whatever is read of the machine, also while nobody else watches.
 * Resolves when all that was seen is on disk. Rejects never: a machine that cannot be read now is looked at again.
 */
export async function keepJournal(
  watch: MachineWatch,
  journal: MachineJournal,
  stop: AbortSignal,
): Promise<void> {
  let known: JournalParts = {};
  let isWhole = false;
  const look = (parts: JournalParts): void => {
    // A first look that sees only a part would take the rest for news.
    if (isWhole) {
      void journal.look(parts);
      return;
    }
    known = { ...known, ...parts };
    isWhole = [known.metrics, known.repositories, known.containers, known.operations].every(
      (part) => part !== undefined,
    );
    if (isWhole) void journal.look(known);
  };
  while (!stop.aborted) {
    await watch.follow(look, stop).catch(() => undefined);
    await pause(AGAIN_MILLISECONDS, undefined, { signal: stop }).catch(() => undefined);
  }
  await journal.close();
}
