import type { JournalObservation } from '../../shared/journal/observation.ts';
import type { OperationSummary } from '../../shared/model.ts';
import type { WatchState } from '../../shared/protocol/observation.ts';
import { listAutostart } from '../boot/autostart.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { readMounts } from '../mounts.ts';
import { lastWordsOf } from '../observe/lastWords.ts';
import { otherDisks } from '../observe/machineInfo.ts';
import { createMemoryKillCounter } from '../observe/memoryKills.ts';
import { listOperations } from '../operation/knownOperations.ts';
import { dockerSocket } from '../paths.ts';
import { createJournalKeeper } from './journalKeeper.ts';
import type { JournalKeeper } from './journalKeeper.ts';
import { createRareReader } from './rareReader.ts';

/** The parts of a machine's state that its journal looks at. */
export type JournalParts = Pick<WatchState, 'metrics' | 'repositories' | 'containers' | 'operations'>;

/** The journal of a machine that something watches. */
export interface MachineJournal extends Pick<JournalKeeper, 'problem' | 'close'> {
  /**
   * Looks at the machine's state as it was read last: all of its parts at first, then those that were read anew. Called
   * with every reading, and every few seconds when nothing was read. Resolves when what it adds is on disk; throws nothing.
   */
  look: (parts: JournalParts) => Promise<void>;
}

/** The milliseconds between two looks at the disks, and at the keys of autostart, each of which is tried on its volume. */
const DISKS_MILLISECONDS = 60_000;
const KEYS_MILLISECONDS = 60 * 60_000;
/** The milliseconds until the keys are tried first: a boot opens the volumes by them. */
const KEYS_FIRST_MILLISECONDS = 10 * 60_000;

/** Makes the journal of this machine, and reads for it what nobody else does: other disks, keys, killed processes. */
export function createMachineJournal(machine: MachineDependencies): MachineJournal {
  const { datastore } = machine.paths;
  let known: JournalParts = {};
  const keeper = createJournalKeeper({
    paths: machine.paths,
    lastWords: ({ guid, id }) => {
      const networkId = known.repositories?.find((one) => one.guid === guid)?.networkId ?? 0;
      return lastWordsOf(dockerSocket(networkId), id);
    },
  });
  const count = createMemoryKillCounter();
  const disks = createRareReader(DISKS_MILLISECONDS, async () => otherDisks(datastore, await readMounts()));
  const autostart = createRareReader(
    KEYS_MILLISECONDS,
    () => listAutostart(machine),
    KEYS_FIRST_MILLISECONDS,
  );
  const ended = new Map<string, OperationSummary>();
  let isListing = false;
  return {
    look: async (parts) => {
      known = { ...known, ...parts };
      // Read after the containers: an operation that has ended one of them by then is among these.
      if (parts.containers !== undefined) {
        // One that waits for a disk that hangs keeps a thread; this look is made up for by the one after it.
        if (isListing) return;
        isListing = true;
        const newest = await newestOperations(machine, ended);
        isListing = false;
        known = { ...known, ...newest };
      }
      const { metrics, repositories, containers, operations } = known;
      const inventory =
        repositories === undefined || containers === undefined || operations === undefined
          ? undefined
          : { repositories, containers, operations };
      const observation: JournalObservation = {
        metrics,
        inventory,
        disks: disks(),
        autostart: autostart(),
        memoryKills: inventory === undefined ? undefined : countIfPossible(count, inventory),
      };
      await keeper.observe(observation);
    },
    problem: keeper.problem,
    close: keeper.close,
  };
}

/** Counts killed processes; nothing where the control groups cannot be read. */
function countIfPossible(
  count: ReturnType<typeof createMemoryKillCounter>,
  counted: Parameters<typeof count>[0],
): JournalObservation['memoryKills'] {
  try {
    return count(counted);
  } catch {
    return undefined;
  }
}

/** The operations that are looked at, as a watch does. */
const OPERATIONS = 200;

/** Reads the newest operations; nothing where they cannot be read. `ended`: those that are known to have ended. */
async function newestOperations(
  { paths }: MachineDependencies,
  ended: Map<string, OperationSummary>,
): Promise<Pick<JournalParts, 'operations'>> {
  try {
    return { operations: await listOperations(paths, { limit: OPERATIONS }, ended) };
  } catch {
    return {};
  }
}
