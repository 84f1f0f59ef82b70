import { create } from 'zustand';
import type { ApiClient, ApiPayload, ApiResult, AppState, Contexts, Link } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { Bulk, MachineKey, MachineState, Prompt, Settings } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** The program's state, as far as this window knows it. The window decides nothing of it. */
export interface WindowState {
  /** The link to the program: `connecting` until it was open for the first time. */
  readonly link: 'connecting' | Link;
  /** These three are absent until they were read for the first time. */
  readonly info?: ApiResult<'app.info'>;
  readonly settings?: Settings;
  readonly contexts?: Contexts;
  /** Name of the context whose machines are shown. */
  readonly context?: string | undefined;
  readonly machines: readonly MachineState[];
  readonly bulks: readonly Bulk[];
  /** The questions that the program asks, the oldest first. */
  readonly prompts: readonly Prompt[];
  /** Why the program's state could not be read: the program is of another version, or its files are broken. */
  readonly unreadable?: WireError | undefined;
}

/** The state before anything was read. */
export const unknownState: WindowState = { link: 'connecting', machines: [], bulks: [], prompts: [] };

/** The store of the program's state in this window; only `feedState` writes it. */
export const useAppState = create<WindowState>(() => unknownState);

/** Returns a machine of the current context; undefined when it is gone, or the program has not told of it yet. */
export function useMachine({ context, name }: MachineKey): MachineState | undefined {
  return useAppState(({ machines }) =>
    machines.find(({ machine }) => machine.context === context && machine.name === name),
  );
}

/** Returns the machines after a change. A change of an unknown machine is ignored until the whole machine comes. */
export function mergeMachines(
  machines: readonly MachineState[],
  change: Pick<ApiPayload<'state.changed'>, 'machines' | 'removed'>,
): readonly MachineState[] {
  const gone = new Set(change.removed.map(keyOf));
  const merged = new Map(
    machines.map((one) => [keyOf(one.machine), one] as const).filter(([key]) => !gone.has(key)),
  );
  for (const { machine, change: told } of change.machines) {
    // A field that is present has a value: the API never sends one that is undefined.
    const news = told as Partial<MachineState>;
    const known = merged.get(keyOf(machine));
    if (known) merged.set(keyOf(machine), { ...known, ...news });
    else if (isWhole(news)) merged.set(keyOf(machine), news);
  }
  return [...merged.values()];
}

/** Returns true when a change holds a whole machine. */
function isWhole(news: Partial<MachineState>): news is MachineState {
  return news.machine !== undefined && news.connection !== undefined && news.metrics !== undefined;
}

/** Returns a list with an entry added, or put in the place of the one with the same `idOf`. */
function withEntry<T>(list: readonly T[], entry: T, idOf: (entry: T) => string): readonly T[] {
  const known = list.some((one) => idOf(one) === idOf(entry));
  return known ? list.map((one) => (idOf(one) === idOf(entry) ? entry : one)) : [...list, entry];
}

/**
 * Keeps `useAppState` up to date until the returned function is called. After a lost link everything is read again, as
 * changes may have been missed. Calls `onRead` each time that everything was read.
 */
export function feedState(api: ApiClient, onRead: () => void = () => undefined): () => void {
  const set = (change: Partial<WindowState>): void => useAppState.setState(change);
  const showAll = (state: AppState): void => set({ ...state, context: state.context });
  const read = async (): Promise<void> => {
    const [info, settings, contexts, state] = await Promise.all([
      api.call('app.info', {}),
      api.call('settings.get', {}),
      api.call('contexts.list', {}),
      api.call('state.get', {}),
    ]);
    set({ info, settings, contexts, unreadable: undefined });
    showAll(state);
    onRead();
  };
  const offs = [
    api.on('settings.changed', (settings) => set({ settings })),
    api.on('contexts.changed', (contexts) => set({ contexts, context: contexts.current })),
    api.on('state.changed', (change) =>
      useAppState.setState(({ machines, context }) => ({
        context: change.context ?? context,
        machines: mergeMachines(machines, change),
      })),
    ),
    api.on('bulk.changed', (bulk) =>
      useAppState.setState(({ bulks }) => ({ bulks: withEntry(bulks, bulk, (one) => one.bulk) })),
    ),
    api.on('prompt.asked', (prompt) =>
      useAppState.setState(({ prompts }) => ({ prompts: withEntry(prompts, prompt, (one) => one.prompt) })),
    ),
    api.on('prompt.withdrawn', ({ prompt }) =>
      useAppState.setState(({ prompts }) => ({ prompts: prompts.filter((one) => one.prompt !== prompt) })),
    ),
    api.onLink((link) => {
      set({ link });
      if (link !== 'open') return;
      read().catch((reason: unknown) => {
        // If the link was lost meanwhile, the next `open` reads again.
        if (useAppState.getState().link === 'open') set({ unreadable: toWire(reason) });
      });
    }),
  ];
  return () => {
    for (const off of offs) off();
  };
}
