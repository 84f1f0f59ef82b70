import type { ContextStore } from '../electron/engine/context/contexts.ts';
import type { MachineReference } from '../electron/engine/engine.ts';
import type { Text } from '../shared/text/text.ts';
import type { Audience, Globals } from './globals.ts';
import type { Live } from './terminal/live.ts';
import type { Paint } from './terminal/paint.ts';
import type { LocalEngine, RdcDependencies } from './dependencies.ts';

/** One run of a command: its dependencies, the global options, and the language and form of what it writes. */
export interface Call {
  readonly dependencies: RdcDependencies;
  readonly globals: Globals;
  readonly audience: Audience;
  readonly text: Text;
  readonly paint: Paint;
  /** The output while the command runs. */
  readonly live: Live;
  /** Loads the store of contexts on this computer. */
  contexts(): Promise<ContextStore>;
  /** Finds the machine of that name in the context; without a name, the only machine there. */
  machine(name: string | undefined): Promise<MachineReference>;
  /** Loads the engine that speaks to machines, once; it is closed when the command ends. */
  remote(): Promise<LocalEngine>;
}

/** The answer of a command at its end. */
export interface Answer {
  /** The JSON document for programs; absent where standard output belongs to another program, as in `repo exec`. */
  readonly document?: unknown;
  /** The lines for people. */
  readonly lines?: readonly string[];
  /** The exit code; 0 when left out. */
  readonly exit?: number;
}
