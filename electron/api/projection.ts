import { keyOf } from '../../shared/api/apiModel.ts';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import type { StateChange } from './stateChanges.ts';

/** What is known of the current context's machines: the truth that every window mirrors. */
export interface Projection {
  /** Another context, or none. */
  choose(context: string | undefined): void;
  /** A machine that is to be shown. */
  add(state: MachineState): void;
  remove(machine: MachineKey): void;
  /** Fields that changed; those that are equal to what is known are not told. Of a machine that is gone: nothing. */
  update(machine: MachineKey, change: Partial<MachineState>): void;
  get(machine: MachineKey): MachineState | undefined;
  snapshot(): { context?: string; machines: MachineState[] };
}

/** Makes the state that windows are shown, empty at first; `tell` hears every change. */
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

/** Returns the fields of `change` that are not as they are known. */
function differing(known: MachineState, change: Partial<MachineState>): Partial<MachineState> {
  const entries = Object.entries(change) as [keyof MachineState, unknown][];
  return Object.fromEntries(
    entries.filter(([field, value]) => JSON.stringify(known[field]) !== JSON.stringify(value)),
  );
}
