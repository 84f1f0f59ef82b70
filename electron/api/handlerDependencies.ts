import type { MachineKey } from '../../shared/api/apiModel.ts';
import type { ContextStore } from '../engine/context/contexts.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { Bulks } from './bulks.ts';
import type { Machines } from './machines.ts';
import type { ApplicationOptions } from './options.ts';
import type { Projection } from './projection.ts';
import type { Prompts } from './prompts.ts';
import type { RememberedPassphrases } from './remembered.ts';
import type { Handlers } from './router.ts';
import type { WindowSessions } from './windowSessions.ts';
import type { SettingsStore } from './settings.ts';
import type { Setups } from './setups.ts';

/** The dependencies of the handlers that answer windows' calls. */
export interface HandlerDependencies extends ApplicationOptions {
  readonly local: LocalEngine;
  readonly contexts: ContextStore;
  readonly projection: Projection;
  readonly machines: Machines;
  readonly setups: Setups;
  readonly bulks: Bulks;
  readonly prompts: Prompts;
  readonly remembered: RememberedPassphrases;
  readonly sessions: WindowSessions;
  readonly settings: SettingsStore;
  readonly resolve: (machine: MachineKey) => Promise<MachineReference>;
}

/** The handlers of the methods whose names begin with `Prefix`. */
export type Some<Prefix extends string> = Pick<Handlers, Extract<keyof Handlers, `${Prefix}.${string}`>>;
