import { keyOf } from '../../shared/api/apiModel.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import type { Clock } from '../engine/clock.ts';
import type { ContextsFile } from '../engine/context/contexts.ts';
import type { Engine, MachineReference } from '../engine/engine.ts';
import { connectionIdentity, machinesOf } from '../engine/machineReference.ts';
import { watchIntoProjection } from './machineWatch.ts';
import type { JournalDependencies } from './machineJournal.ts';
import type { MachineWatch } from './machineWatch.ts';
import type { Projection } from './projection.ts';

/** The machines that are shown and watched: those of the current context. */
export interface Machines {
  /** Shows the machines of the current context. Called whenever the contexts may have changed. */
  show(contexts: ContextsFile): void;
  /** Reads a shown machine again, as it may tell more than before. Does nothing for a machine that is not shown. */
  renew(machine: MachineKey): void;
  /** Returns the journal of a shown machine. */
  journal(machine: MachineKey): MachineWatch['journal'] | undefined;
  /** Stops watching all machines. */
  close(): void;
}

/** Makes the watcher of the current context's machines. It watches none before the first `show`. */
export function createMachines(
  dependencies: JournalDependencies & {
    engine: Engine;
    clock: Clock;
    projection: Projection;
  },
): Machines {
  const { clock, projection } = dependencies;
  const watches = new Map<string, { key: MachineKey; identity: string; watch: MachineWatch }>();
  let shown: string | undefined;

  const stop = (key: MachineKey): void => {
    watches.get(keyOf(key))?.watch.stop();
    watches.delete(keyOf(key));
    projection.remove(key);
  };

  const begin = (key: MachineKey, reference: MachineReference): void => {
    projection.add({
      machine: { ...reference.machine, context: key.context },
      connection: { state: 'connecting', since: clock.now() },
      metrics: [],
    });
    const identity = connectionIdentity(reference);
    watches.set(keyOf(key), { key, identity, watch: watchIntoProjection(dependencies, reference) });
  };

  return {
    show: ({ current, contexts }) => {
      const context = contexts.find(({ name }) => name === current);
      if (shown !== context?.name) projection.choose(context?.name);
      shown = context?.name;
      const wanted = (context ? machinesOf(context) : []).map((reference) => ({
        key: { context: reference.context, name: reference.machine.name },
        reference,
      }));
      for (const { key, identity } of [...watches.values()]) {
        const still = wanted.find((one) => keyOf(one.key) === keyOf(key));
        if (!still || connectionIdentity(still.reference) !== identity) stop(key);
      }
      for (const { key, reference } of wanted) if (!watches.has(keyOf(key))) begin(key, reference);
    },
    renew: (machine) => watches.get(keyOf(machine))?.watch.renew(),
    journal: (machine) => watches.get(keyOf(machine))?.watch.journal,
    close: () => {
      for (const { watch } of watches.values()) watch.stop();
      watches.clear();
    },
  };
}
