import { AppError, toAppError } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { OperationEvent, Verdict } from '../../../shared/model.ts';
import type { LogPosition } from '../../../shared/protocol/protocol.ts';
import type { ConnectionState } from '../connectionState.ts';
import type { Connections } from '../machine/connections.ts';
import { createLogReader } from './logReader.ts';
import type { LogCursor } from './logReader.ts';
import type { MachineReference } from '../machineReference.ts';
import { isConnectionProblem } from '../machine/connectionProblems.ts';
import type { ReconnectDependencies } from '../machine/reconnectDependencies.ts';
import { abortable, readStream, streamError } from '../agent/readStream.ts';

export interface FollowOptions {
  /** The first event and byte that are wanted; without it, the whole log. */
  readonly from?: LogPosition;
  readonly onEvent: (event: OperationEvent) => void;
  /**
   * `position`: the offset of the first byte in the operation's output. The next bytes come once the promise has
   * resolved.
   */
  readonly onOutput: (bytes: Uint8Array, position: number) => void | Promise<void>;
  readonly onConnection?: (state: ConnectionState) => void;
  readonly signal?: AbortSignal;
}

/** The end of a followed operation. */
export type FollowEnd = { kind: 'verdict'; verdict: Verdict } | { kind: 'lost' };

/** Follows an operation to its end, and re-attaches after every lost connection (Engine.follow). */
export async function followOperation(
  { connections, clock, pause }: ReconnectDependencies,
  machine: MachineReference,
  operation: string,
  options: FollowOptions,
): Promise<FollowEnd> {
  const { signal, onConnection, onEvent, onOutput } = options;
  const from = options.from ?? { event: 0, output: 0 };
  const reader = createLogReader(from, { onEvent, onOutput });
  let failures = 0;
  const onOpen = (): void => {
    failures = 0;
    onConnection?.({ connected: true });
  };
  for (;;) {
    try {
      return await attach(connections, { machine, operation, reader, onOpen, signal });
    } catch (error) {
      if (!isConnectionProblem(error)) throw toAppError(error);
      const delay = pause.backOff(failures++);
      onConnection?.({ connected: false, error, retryAt: clock.now() + delay });
      await pause.wait(delay, signal);
    }
  }
}

interface Attachment {
  readonly machine: MachineReference;
  readonly operation: string;
  readonly reader: LogCursor;
  readonly onOpen: () => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads on until the operation's end. Rejects when the connection breaks (`connection-lost`) or the signal aborts
 * (`cancelled`).
 */
async function attach(
  connections: Connections,
  { machine, operation, reader, onOpen, signal }: Attachment,
): Promise<FollowEnd> {
  const channel = await abortable(signal, connections.logs(machine));
  const params = { operation, from: reader.position() };
  const { consumer } = reader;
  const end = await readStream(channel, { method: 'operation.follow', params, consumer, onOpen, signal });
  switch (end.reason) {
    case 'lost':
      return { kind: 'lost' };
    case 'error':
      throw streamError(end);
    case 'closed':
      throw new AppError('connection-lost', {
        host: machine.machine.host,
        reason: 'renet-ending' satisfies Reason,
      });
    case 'verdict':
      return asEnd(reader.verdict() ?? (await readVerdict(connections, machine, operation)));
  }
}

/** Asks the agent for the verdict, which a reader that began after it has not seen. */
async function readVerdict(
  connections: Connections,
  machine: MachineReference,
  operation: string,
): Promise<Verdict | undefined> {
  const channel = await connections.control(machine);
  return (await channel.request('operation.show', { operation })).verdict;
}

function asEnd(verdict: Verdict | undefined): FollowEnd {
  return !verdict || verdict.kind === 'lost' ? { kind: 'lost' } : { kind: 'verdict', verdict };
}
