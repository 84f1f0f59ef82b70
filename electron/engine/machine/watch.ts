import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { WatchState } from '../../../shared/protocol/observation.ts';
import type { Connections } from './connections.ts';
import { needsPerson } from './connectionProblems.ts';
import type { ReconnectDependencies } from './reconnectDependencies.ts';
import type { MachineReference } from '../machineReference.ts';
import { backOff } from '../pause.ts';
import { abortable, readStream, streamError } from '../agent/readStream.ts';

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
  /** Milliseconds of the last round trip; told anew when it changes. */
  readonly latency?: number;
}

export interface WatchListener {
  /** Everything after each `connected`, then the parts that changed. The newest comes once the promise resolved. */
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
      // Not when it opens: a stream that breaks before it told anything is no success.
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
      const delay = backOff(failures++);
      tell('offline', { retryAt: clock.now() + delay });
      await pause.wait(delay, signal);
      if (isAborted(signal)) return;
    }
  }
}

/** Asks a signal anew, as it may abort while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

interface StateReader {
  readonly onState: (state: WatchState) => void | Promise<void>;
  /** The stream is open, or its round trip takes another time by now. */
  readonly onOpen: (latency: number | undefined) => void;
}

/** Reads states until the stream breaks; never resolves otherwise. */
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
