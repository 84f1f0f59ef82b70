import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { openJsonFile } from '../store/jsonFile.ts';
import { machineLabel } from '../machineReference.ts';
import type { MachineReference } from '../machineReference.ts';

/** While a machine answers, the file is brought up to date this often, milliseconds. */
const KEEP_EVERY = 60_000;

/** When each machine was last heard from: what "unknown, last seen at ..." is made of. */
interface Presence {
  /** A byte came from the machine. */
  heard(machine: MachineReference): void;
  /** Milliseconds since the epoch by our clock; of earlier runs too; undefined: never. */
  lastSeen(machine: MachineReference): Promise<number | undefined>;
  /** Brings the file up to date, where it can be written. Never rejects. */
  keep(): Promise<void>;
}

/** Opens the presence that is kept in `last-seen.json` of `stateFolder`. */
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
      for (const [label, time] of seen) next[label] = Math.max(time, kept[label] ?? 0);
      return next;
    });
    // It must end no work, and no program, that went well.
    await write.catch(() => undefined);
  };

  return {
    heard: (machine) => {
      seen.set(machineLabel(machine), clock.now());
      changed = true;
      stopTimer ??= clock.after(KEEP_EVERY, () => void keep());
    },
    lastSeen: async (machine) => {
      const label = machineLabel(machine);
      return seen.get(label) ?? (await file.read())[label];
    },
    keep,
  };
}
