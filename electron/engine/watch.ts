import { AppError, toAppError } from '../../shared/errors.ts';
import type { WatchState } from '../../shared/observation.ts';
import type { Connections } from './connections.ts';
import { isConnectionProblem, streamError } from './follow.ts';
import type { OperationSurroundings } from './follow.ts';
import type { MachineReference } from './machineReference.ts';
import { backOff } from './pause.ts';
import { abortable, readStream } from './readStream.ts';

/** What becomes of the connection to a watched machine; times in milliseconds since the epoch, by our clock. */
export interface WatchConnection {
  /** `connecting`: a try is under way; `offline`: none is, until `retryAt`. */
  readonly state: 'connected' | 'connecting' | 'offline';
  /** Since when it is connected, or since when it is not. */
  readonly since: number;
  /** Why it was lost, or why the last try failed. */
  readonly error?: AppError;
  /** When the next try is made; absent when a person is needed first. */
  readonly retryAt?: number;
}

export interface WatchListener {
  /** Everything after each `connected`, then the parts that changed. The newest comes once the promise resolved. */
  readonly onState: (state: WatchState) => void | Promise<void>;
  readonly onConnection?: (connection: WatchConnection) => void;
}

/** Watches a machine until the signal aborts (Engine.watch). */
export async function watchMachine(
  { connections, pause, clock }: OperationSurroundings,
  machine: MachineReference,
  { onState, onConnection }: WatchListener,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let since = clock.now();
  let error: AppError | undefined;
  const link = { open: false };
  const isOver = (): boolean => signal.aborted;
  const tell = (state: WatchConnection['state'], retryAt?: number): void => {
    if (isOver()) return;
    onConnection?.({
      state,
      since,
      ...(error !== undefined && { error }),
      ...(retryAt !== undefined && { retryAt }),
    });
  };
  const onOpen = (): void => {
    failures = 0;
    since = clock.now();
    error = undefined;
    link.open = true;
    tell('connected');
  };
  while (!isOver()) {
    tell('connecting');
    try {
      await readStates(connections, machine, { onState, onOpen }, signal);
    } catch (thrown) {
      if (isOver()) return;
      error = toAppError(thrown);
      if (link.open) since = clock.now();
      link.open = false;
      if (!isConnectionProblem(thrown)) {
        tell('offline');
        throw toAppError(thrown);
      }
      const delay = backOff(failures++);
      tell('offline', clock.now() + delay);
      await pause.wait(delay, signal);
    }
  }
}

/** Reads states until the stream breaks; never resolves otherwise. */
async function readStates(
  connections: Connections,
  machine: MachineReference,
  { onState, onOpen }: { onState: WatchListener['onState']; onOpen: () => void },
  signal: AbortSignal,
): Promise<never> {
  const channel = await abortable(signal, connections.control(machine));
  const consumer = { onEvent: () => undefined, onOutput: () => undefined, onState };
  const end = await readStream(channel, { method: 'machine.watch', params: {}, consumer, onOpen, signal });
  if (end.reason === 'error') throw streamError(end);
  throw new AppError('connection-lost', { host: machine.machine.host, reason: 'renet is ending' });
}
