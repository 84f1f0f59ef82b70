import { keyOf } from '../../shared/api/apiModel.ts';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import type { StateChange } from './stateChanges.ts';

/** The state of the current context's machines as far as it is known. Every window mirrors it. */
export interface Projection {
  /** Makes another context the current one, or none; it has no machines yet. */
  choose(context: string | undefined): void;
  /** Adds a machine, or replaces all that is known of it. */
  add(state: MachineState): void;
  remove(machine: MachineKey): void;
  /**
   * Changes fields of a machine; only those that differ from what is known are told. Does nothing for an unknown
   * machine.
   */
  update(machine: MachineKey, change: Partial<MachineState>): void;
  get(machine: MachineKey): MachineState | undefined;
  snapshot(): { context?: string; machines: MachineState[] };
}

/** Makes the projection, empty at first; `tell` is called with every change. */
export function createProjection(tell: (change: StateChange) => void): Projection {
  const machines = new Map<string, MachineState>();
  let current: string | undefined;
  return {
    choose: (context) => {
      current = context;
      tell({ ...(context !== undefined && { context }), machines: [], removed: [] });
    },
    add: (state) => {
      const machine = { context: state.machine.context, name: state.machine.name };
      machines.set(keyOf(machine), state);
      tell({ machines: [{ machine, change: state }], removed: [] });
    },
    remove: (machine) => {
      if (machines.delete(keyOf(machine))) tell({ machines: [], removed: [machine] });
    },
    update: (machine, change) => {
      const known = machines.get(keyOf(machine));
      if (!known) return;
      const news = differing(known, change);
      if (Object.keys(news).length === 0) return;
      machines.set(keyOf(machine), { ...known, ...news });
      tell({ machines: [{ machine, change: news }], removed: [] });
    },
    get: (machine) => machines.get(keyOf(machine)),
    snapshot: () => ({
      ...(current !== undefined && { context: current }),
      machines: [...machines.values()],
    }),
  };
}

/** Returns the fields of `change` whose values differ from the known ones. */
function differing(known: MachineState, change: Partial<MachineState>): Partial<MachineState> {
  const entries = Object.entries(change) as [keyof MachineState, unknown][];
  return Object.fromEntries(
    entries.filter(([field, value]) => JSON.stringify(known[field]) !== JSON.stringify(value)),
  );
}
