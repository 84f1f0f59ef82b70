import { AppError } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/journal/entry.ts';
import type { WireNotice } from '../../../shared/notices.ts';
import type { Params } from '../../../shared/protocol/protocol.ts';
import type { AgentChannel } from '../agent/agentChannel.ts';
import { abortable, readStream, streamError } from '../agent/readStream.ts';
import type { MachineReference } from '../machineReference.ts';
import { isConnectionProblem } from './connectionProblems.ts';
import type { ConnectionState } from '../connectionState.ts';
import type { ReconnectDependencies } from './reconnectDependencies.ts';

/** The entries that are wanted (protocol.ts). */
export type EventsRequest = Params<'machine.events'>;

/** The receiver of a machine's journal. The next entry comes once the promise has resolved. */
export interface EventsReader {
  readonly onEntry: (entry: JournalEntry) => void | Promise<void>;
  readonly onNotice?: (notice: WireNotice) => void | Promise<void>;
  readonly onConnection?: (state: ConnectionState) => void;
}

/** The newest entries that are read after a connection was lost. */
const MOST_MISSED = 10_000;

/** Reads a machine's journal (Engine.events). `version`: of this program. */
export async function readEvents(
  dependencies: ReconnectDependencies & { readonly version: string },
  machine: MachineReference,
  request: EventsRequest,
  { reader, signal }: { reader: EventsReader; signal: AbortSignal },
): Promise<void> {
  const { connections, pause, clock, version } = dependencies;
  const follow = request.follow === true;
  let wanted = request;
  let failures = 0;
  let last = request.after ?? 0;
  const known: EventsReader = {
    ...reader,
    onEntry: async (entry) => {
      await reader.onEntry(entry);
      last = Math.max(last, entry.n);
    },
  };
  for (;;) {
    try {
      // A follow goes over the channel of logs. A single reading takes the control channel, which is open already.
      const channel = await abortable(
        signal,
        follow ? connections.logs(machine) : connections.control(machine),
      );
      const onOpen = (): void => {
        failures = 0;
        reader.onConnection?.({ connected: true });
      };
      await readOnce(channel, { machine, version, params: wanted, reader: known, onOpen, signal });
      return;
    } catch (error) {
      if (isAborted(signal)) return;
      if (!follow || !isConnectionProblem(error)) throw error;
      const delay = pause.backOff(failures++);
      reader.onConnection?.({ connected: false, error, retryAt: clock.now() + delay });
      await pause.wait(delay, signal);
      if (isAborted(signal)) return;
    }
    // Only what was not read yet.
    if (last > (request.after ?? 0)) wanted = { follow: true, after: last, limit: MOST_MISSED };
  }
}

/** Returns whether a signal has aborted, which may happen while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

interface OneReading {
  readonly machine: MachineReference;
  readonly version: string;
  readonly params: EventsRequest;
  readonly reader: EventsReader;
  readonly onOpen: () => void;
  readonly signal: AbortSignal;
}

/** Reads one stream to its end. An agent of a version without a journal knows no such request. */
async function readOnce(
  channel: AgentChannel,
  { machine, version: ours, params, reader, onOpen, signal }: OneReading,
): Promise<void> {
  const { onEntry, onNotice } = reader;
  const consumer = {
    ...{ onEvent: () => undefined, onOutput: () => undefined, onEntry },
    ...(onNotice && { onNotice }),
  };
  try {
    const end = await readStream(channel, { method: 'machine.events', params, consumer, onOpen, signal });
    if (end.reason === 'error') throw streamError(end);
    if (params.follow === true) {
      const { host } = machine.machine;
      throw new AppError('connection-lost', { host, reason: 'renet-ending' satisfies Reason });
    }
  } catch (error) {
    if (!isUnknownRequest(error)) throw error;
    const { name } = machine.machine;
    throw new AppError(
      'agent-older',
      { machine: name, agent: channel.hello.version, ours },
      { cause: error },
    );
  }
}

/** Tells whether an agent refused the request because it knows none of that name (renet/serve/handlers.ts). */
function isUnknownRequest(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'protocol-violation' &&
    error.details['reason'] === 'no method machine.events'
  );
}
