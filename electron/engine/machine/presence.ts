import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { openJsonFile } from '../store/jsonFile.ts';
import { machineLabel } from '../machineReference.ts';
import type { MachineReference } from '../machineReference.ts';

/** The milliseconds between two writings of the file while a machine answers. */
const KEEP_EVERY_MILLISECONDS = 60_000;

/** The times at which each machine was last heard from. "Unknown, last seen at ..." is made of them. */
interface Presence {
  /** Takes note that bytes came from the machine. */
  heard(machine: MachineReference): void;
  /**
   * Returns when the machine was last heard from, milliseconds since the epoch by our clock; undefined: never. Earlier
   * runs of the program count.
   */
  lastSeen(machine: MachineReference): Promise<number | undefined>;
  /** Writes the times to the file, where it can be written. Never rejects. */
  keep(): Promise<void>;
}

/** Opens the times that are kept in `last-seen.json` of `stateFolder`. */
export function openPresence(stateFolder: string, clock: Clock): Presence {
  const file = openJsonFile(join(stateFolder, 'last-seen.json'), z.record(z.string(), z.number()), {});
  const seen = new Map<string, number>();
  let stopTimer: (() => void) | undefined;
  let changed = false;

  const keep = async (): Promise<void> => {
    stopTimer?.();
    stopTimer = undefined;
    if (!changed) return;
    changed = false;
    const write = file.change((kept) => {
      const next = { ...kept };
      for (const [label, time] of seen) {
        const known = kept[label] ?? 0;
        // Another run of the program may have heard later; a time to come was noted by a clock that was wrong.
        next[label] = known > clock.now() ? time : Math.max(time, known);
      }
      return next;
    });
    // A file that cannot be written must fail neither work that went well nor the program's end.
    await write.catch(() => undefined);
  };

  return {
    heard: (machine) => {
      seen.set(machineLabel(machine), clock.now());
      changed = true;
      stopTimer ??= clock.after(KEEP_EVERY_MILLISECONDS, () => void keep());
    },
    lastSeen: async (machine) => {
      const label = machineLabel(machine);
      return seen.get(label) ?? (await file.read())[label];
    },
    keep,
  };
}
