import { join } from 'node:path';
import * as z from 'zod';
import { seenSchema } from '../../shared/journal/away.ts';
import type { Seen } from '../../shared/journal/away.ts';
import type { Clock } from '../engine/clock.ts';
import { machineLabel } from '../engine/machineReference.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import { openJsonFile } from '../engine/store/jsonFile.ts';

/** The milliseconds in which what was seen is written; a crash before tells it once more. */
const KEEP_WITHIN_MILLISECONDS = 2000;

/** Remembers, in a file, up to which line of each machine's journal the person at this computer has seen it. */
export interface SeenJournals {
  /** Returns what was seen; undefined for a machine that was never looked at, and where the file cannot be read. */
  read(machine: MachineReference): Promise<Seen | undefined>;
  /** Takes note of what was seen, and writes it soon. */
  note(machine: MachineReference, seen: Seen): void;
  /** Writes what is not written yet, where the file can be written. Never rejects. */
  keep(): Promise<void>;
}

/** Opens what was seen, which is kept in `seen-journals.json` of `stateFolder`. */
export function openSeenJournals(stateFolder: string, clock: Clock): SeenJournals {
  const file = openJsonFile(join(stateFolder, 'seen-journals.json'), z.record(z.string(), seenSchema), {});
  const changed = new Map<string, Seen>();
  let stopTimer: (() => void) | undefined;

  const keep = async (): Promise<void> => {
    stopTimer?.();
    stopTimer = undefined;
    if (changed.size === 0) return;
    const news = Object.fromEntries(changed);
    changed.clear();
    // A file that cannot be written must keep nobody from their work: they are told once more after a restart.
    await file.change((kept) => ({ ...kept, ...news })).catch(() => undefined);
  };

  return {
    read: async (machine) => {
      const label = machineLabel(machine);
      const kept = changed.get(label);
      return kept ?? (await file.read().catch(() => undefined))?.[label];
    },
    note: (machine, seen) => {
      changed.set(machineLabel(machine), seen);
      stopTimer ??= clock.after(KEEP_WITHIN_MILLISECONDS, () => void keep());
    },
    keep,
  };
}
