import type { AppState } from '../../shared/api/api.ts';
import type { CallAnswer } from '../../shared/api/apiWire.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { systemClock } from '../engine/clock.ts';
import { createContextStore } from '../engine/context/contexts.ts';
import { createLocalEngine } from '../engine/localEngine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import { watchAwakeness } from './awakeness.ts';
import { createBulks } from './bulks.ts';
import { createApiHandlers } from './handlers.ts';
import { createMachines } from './machines.ts';
import type { ApplicationOptions } from './options.ts';
import { createProjection } from './projection.ts';
import { createPrompts } from './prompts.ts';
import { createRemembered } from './remembered.ts';
import { createRouter } from './router.ts';
import { createWindowSessions } from './windowSessions.ts';
import type { Session } from './windowSessions.ts';
import { openSeenJournals } from './seenJournals.ts';
import { createSettingsStore } from './settings.ts';
import { createSetups } from './setups.ts';
import type { Sink } from './sink.ts';
import { watchFile } from './watchFile.ts';

/** The program behind the windows: one engine and one state, however many windows show it. */
export interface Application {
  /** Adds a window, which is told everything through `sink`. */
  open(sink: Sink): Session;
  /** Answers a window's call; never rejects. */
  dispatch(session: Session, method: string, params: unknown): Promise<CallAnswer>;
  /** Returns what windows show now. */
  snapshot(): Omit<AppState, 'bulks' | 'prompts'>;
  /** Ends every connection. Operations on machines go on. */
  close(): Promise<void>;
}

/** Starts the program and connects to the machines of the current context at once. */
export async function createApplication(options: ApplicationOptions): Promise<Application> {
  const { folders, version, readAgent, passphrases } = options;
  const clock = systemClock;
  const sessions = createWindowSessions();
  const prompts = createPrompts(sessions);
  const local = createLocalEngine({ folders, people: prompts.people, version, readAgent });
  const { engine } = local;
  const contexts = createContextStore(folders.config);
  const projection = createProjection((change) => sessions.changed(change));
  const awakeness = watchAwakeness(clock);
  const seenJournals = openSeenJournals(folders.state, clock);
  const isLooked = (): boolean => sessions.isLooked() && awakeness.isAwake();
  const machines = createMachines({ engine, clock, projection, seenJournals, isLooked });
  const keyOfMachine = ({ context, machine }: MachineReference): MachineKey => ({
    context,
    name: machine.name,
  });
  const setups = createSetups({
    local,
    tell: (machine, setup) => projection.update(keyOfMachine(machine), { setup }),
    ended: (machine) => machines.renew(keyOfMachine(machine)),
  });
  const resolve = ({ context, name }: MachineKey): Promise<MachineReference> =>
    contexts.resolve(name, context);
  const remembered = createRemembered(engine, passphrases);
  const bulks = createBulks({
    engine,
    clock,
    resolve,
    changed: (bulk) => sessions.tell('bulk.changed', bulk),
    remembered,
  });
  const router = createRouter(
    createApiHandlers({
      ...options,
      ...{ local, contexts, projection, machines, setups, bulks, prompts, remembered, sessions, resolve },
      settings: createSettingsStore(folders.config),
    }),
  );

  const refresh = async (): Promise<void> => {
    // A file that cannot be read, or does not parse, is reported to the window that asks for the list.
    const value = await contexts.look().catch(() => undefined);
    if (!value) return;
    machines.show(value);
    sessions.tell('contexts.changed', value);
  };
  // `rdc` changes the contexts too.
  const unwatch = await watchFile(folders.config, 'contexts.json', () => void refresh());
  await refresh();

  return {
    open: (sink) => sessions.open(sink),
    dispatch: router,
    snapshot: () => projection.snapshot(),
    close: async () => {
      unwatch();
      machines.close();
      bulks.close();
      awakeness.stop();
      await seenJournals.keep();
      await local.close();
    },
  };
}
