import { AppError } from '../../../shared/errors.ts';
import type { ContainerLogWords, LogPlaces } from '../../../shared/protocol/protocol.ts';
import { abortable, readStream, streamError } from '../agent/readStream.ts';
import type { StreamConsumer } from '../agent/streamReceiver.ts';
import type { ConnectionState } from '../connectionState.ts';
import type { MachineReference } from '../machineReference.ts';
import { hasAgentEnded, isConnectionProblem } from './connectionProblems.ts';
import type { ReconnectDependencies } from './reconnectDependencies.ts';

/** The containers' logs that are wanted. */
export interface ContainerLogsRequest {
  readonly repository: string;
  readonly service?: string;
  readonly follow: boolean;
  /** The number of lines from the end; without it, all lines. */
  readonly tail?: number;
  /** The sentences, in the reader's language, for parts of the log that are lost or cannot be read. */
  readonly words?: ContainerLogWords;
}

/** The receiver of containers' logs. The next bytes come once the promise has resolved. */
export interface ContainerLogsReader {
  readonly onOutput: (bytes: Uint8Array) => void | Promise<void>;
  readonly onConnection?: (state: ConnectionState) => void;
}

/** The most agents that are joined for a log of which nothing has come yet, and the most bytes that wait for their place. */
const MOST_JOINS = 4;
const MOST_HELD = 4 * 1024 * 1024;

/** Reads containers' logs (Engine.containerLogs). */
export async function readContainerLogs(
  { connections, pause, clock }: ReconnectDependencies,
  machine: MachineReference,
  request: ContainerLogsRequest,
  { reader, signal }: { reader: ContainerLogsReader; signal: AbortSignal },
): Promise<void> {
  const { onOutput, onConnection } = reader;
  const cursor = createCursor(onOutput);
  let failures = 0;
  const onOpen = (): void => onConnection?.({ connected: true });
  for (;;) {
    try {
      const channel = await abortable(signal, connections.logs(machine));
      const params = { ...request, ...(request.follow && { from: cursor.places() }) };
      const consumer = cursor.begin(() => {
        failures = 0;
      });
      const end = await readStream(channel, { method: 'containers.logs', params, consumer, onOpen, signal });
      if (end.reason === 'error') throw streamError(end);
      await cursor.finish();
      return;
    } catch (error) {
      // An abort is no failure: whoever stops reading has what they wanted.
      if (signal.aborted) return;
      if (!isConnectionProblem(error) || !request.follow) throw error;
      const isAtBeginning = cursor.isUntouched() && hasAgentEnded(error) && failures < MOST_JOINS;
      if (!cursor.isResumable() && !isAtBeginning) throw error;
      const delay = pause.backOff(failures++);
      onConnection?.({ connected: false, error, retryAt: clock.now() + delay });
      await pause.wait(delay, signal);
      if (isAborted(signal)) return;
    }
  }
}

/** Returns whether a signal has aborted, which may happen while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A reader of containers' logs over as many streams as it takes, which knows how far it has read. */
interface Cursor {
  /** Returns the consumer of the next stream; what came of the last one without its place comes again. */
  begin(onPlace: () => void): StreamConsumer;
  /** Hands on what has come without its place, at the end of the logs. */
  finish(): Promise<void>;
  places(): LogPlaces;
  /** Tells whether a place is known, and all that was handed on is before it, so that the log can be read on. */
  isResumable(): boolean;
  /** Tells whether nothing has been handed on yet. */
  isUntouched(): boolean;
}

/**
 * Makes a cursor that hands on output together with its place: what comes is held until its place is told, so that each byte
 * handed on is behind the place, and each other one before it. An agent that tells no places has its output handed on at once.
 */
function createCursor(onOutput: (bytes: Uint8Array) => void | Promise<void>): Cursor {
  let places: LogPlaces = {};
  let knowsPlaces = false;
  let tellsPlaces = false;
  let isBeyondPlaces = false;
  let isUntouched = true;
  let held: Uint8Array[] = [];
  const handOn = async (): Promise<void> => {
    const bytes = Buffer.concat(held);
    held = [];
    if (bytes.length === 0) return;
    isUntouched = false;
    await onOutput(bytes);
  };
  return {
    begin: (onPlace) => {
      held = [];
      // It is another agent, perhaps of an earlier version.
      tellsPlaces = false;
      isBeyondPlaces = false;
      return {
        onEvent: () => undefined,
        onOutput: (bytes) => {
          held.push(bytes);
          if (!tellsPlaces) {
            isBeyondPlaces = true;
            return handOn();
          }
          const waiting = held.reduce((sum, { length }) => sum + length, 0);
          if (waiting > MOST_HELD)
            throw new AppError('protocol-violation', { reason: 'output without a place' });
          return undefined;
        },
        onPlace: async (more) => {
          tellsPlaces = true;
          isBeyondPlaces = false;
          knowsPlaces = true;
          await handOn();
          places = { ...places, ...more };
          onPlace();
        },
      };
    },
    finish: handOn,
    places: () => places,
    isResumable: () => knowsPlaces && !isBeyondPlaces,
    isUntouched: () => isUntouched,
  };
}
