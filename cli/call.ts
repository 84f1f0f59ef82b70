import type { ContextStore } from '../electron/engine/context/contexts.ts';
import type { MachineReference } from '../electron/engine/engine.ts';
import type { Text } from '../shared/text/text.ts';
import type { Audience, Globals } from './globals.ts';
import type { Live } from './terminal/live.ts';
import type { Paint } from './terminal/paint.ts';
import type { LocalEngine, RdcDependencies } from './dependencies.ts';

/** One call of a command: its surroundings, and what was asked for. */
export interface Call {
  readonly dependencies: RdcDependencies;
  readonly globals: Globals;
  readonly audience: Audience;
  readonly text: Text;
  readonly paint: Paint;
  /** What is shown while the command runs. */
  readonly live: Live;
  contexts(): Promise<ContextStore>;
  /** The machine of that name in the context; without a name the only one. */
  machine(name: string | undefined): Promise<MachineReference>;
  /** What speaks to machines; loaded once, closed when the command ends. */
  remote(): Promise<LocalEngine>;
}

/** What a command answers at its end. */
export interface Answer {
  /** For programs; absent of a command whose standard output is another program's. */
  readonly document?: unknown;
  /** For people. */
  readonly lines?: readonly string[];
  /** 0 without it. */
  readonly exit?: number;
}
