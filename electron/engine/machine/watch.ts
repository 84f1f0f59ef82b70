import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { WatchState } from '../../../shared/protocol/observation.ts';
import type { Connections } from './connections.ts';
import { needsPerson } from './connectionProblems.ts';
import type { ReconnectDependencies } from './reconnectDependencies.ts';
import type { MachineReference } from '../machineReference.ts';
import { abortable, readStream, streamError } from '../agent/readStream.ts';

/** The state of the connection to a watched machine. Times are milliseconds since the epoch, by our clock. */
export interface WatchConnection {
  /** `connecting`: a try is under way. `offline`: no try is made before `retryAt`. */
  readonly state: 'connected' | 'connecting' | 'offline';
  /** The time since which the machine is connected, or since which it is not. */
  readonly since: number;
  /** The reason why the connection was lost, or why the last try failed. */
  readonly error?: AppError;
  /** The time of the next try; absent when a person is needed first. */
  readonly retryAt?: number;
  /** Milliseconds of the last round trip. The listener is called again when they change. */
  readonly latency?: number;
}

export interface WatchListener {
  /**
   * Called with the whole state after each `connected`, then with the parts that changed. The newest state comes once
   * the promise has resolved.
   */
  readonly onState: (state: WatchState) => void | Promise<void>;
  readonly onConnection?: (connection: WatchConnection) => void;
}

/** Watches a machine until the signal aborts (Engine.watch). */
export async function watchMachine(
  { connections, pause, clock }: ReconnectDependencies,
  machine: MachineReference,
  { onState, onConnection }: WatchListener,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  let since = clock.now();
  let error: AppError | undefined;
  const link = { open: false };
  const tell = (
    state: WatchConnection['state'],
    more: Pick<WatchConnection, 'retryAt' | 'latency'> = {},
  ): void => {
    if (!signal.aborted) onConnection?.({ state, since, ...(error !== undefined && { error }), ...more });
  };
  const onOpen = (latency: number | undefined): void => {
    if (!link.open) since = clock.now();
    link.open = true;
    error = undefined;
    tell('connected', latency === undefined ? {} : { latency });
  };
  const reader = {
    onState: (state: WatchState) => {
      // The first state counts as success, not the stream's opening: a stream may break before it told anything.
      failures = 0;
      return onState(state);
    },
    onOpen,
  };
  for (;;) {
    tell('connecting');
    try {
      await readStates(connections, machine, reader, signal);
    } catch (thrown) {
      if (isAborted(signal)) return;
      error = toAppError(thrown);
      if (link.open) since = clock.now();
      link.open = false;
      if (needsPerson(error)) {
        tell('offline');
        throw error;
      }
      const delay = pause.backOff(failures++);
      tell('offline', { retryAt: clock.now() + delay });
      await pause.wait(delay, signal);
      if (isAborted(signal)) return;
    }
  }
}

/** Returns whether a signal has aborted, which may happen while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

interface StateReader {
  readonly onState: (state: WatchState) => void | Promise<void>;
  /** Called when the stream is open, and again when the time of its round trip has changed. */
  readonly onOpen: (latency: number | undefined) => void;
}

/** Reads states until the stream breaks. Never resolves; rejects with the reason. */
async function readStates(
  connections: Connections,
  machine: MachineReference,
  { onState, onOpen }: StateReader,
  signal: AbortSignal,
): Promise<never> {
  const channel = await abortable(signal, connections.control(machine));
  let told: number | undefined;
  const open = (): void => {
    told = channel.latency();
    onOpen(told);
  };
  const consumer = {
    onEvent: () => undefined,
    onOutput: () => undefined,
    onState: (state: WatchState) => {
      if (channel.latency() !== told) open();
      return onState(state);
    },
  };
  const end = await readStream(channel, {
    method: 'machine.watch',
    params: {},
    consumer,
    onOpen: open,
    signal,
  });
  if (end.reason === 'error') throw streamError(end);
  throw new AppError('connection-lost', {
    host: machine.machine.host,
    reason: 'renet-ending' satisfies Reason,
  });
}
