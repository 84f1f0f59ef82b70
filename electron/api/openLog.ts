import type { LogSource } from '../../shared/api/api.ts';
import type { ContainerLogWords } from '../../shared/protocol/protocol.ts';
import { toWire } from '../../shared/errors.ts';
import type { LocalEngine } from '../engine/localEngine.ts';
import type { ConnectionState } from '../engine/connectionState.ts';
import type { MachineReference } from '../engine/machineReference.ts';
import type { LogFeed, LogWriter } from './logs.ts';
import type { Setups } from './setups.ts';

/**
 * Returns the reader of a log's source, which writes at the window's pace. `words`: what the machine says in a container's
 * log, in the window's language.
 */
export function logFeedOf(
  { local: { engine }, setups }: { local: LocalEngine; setups: Setups },
  machine: MachineReference,
  source: LogSource,
  words: ContainerLogWords,
): LogFeed {
  switch (source.kind) {
    case 'operation':
      return async (writer) => {
        const end = await engine.follow(machine, source.operation, {
          ...(source.from && { from: source.from }),
          onEvent: (event) => writer.event(event),
          onOutput: (bytes, offset) => writer.output(bytes, offset),
          onConnection: connectionTo(writer),
          signal: writer.signal,
        });
        return end.kind;
      };
    case 'containers':
      return async (writer) => {
        const { repository, service, tail } = source;
        let offset = 0;
        const request = {
          repository,
          ...{ follow: true, words },
          ...(service !== undefined && { service }),
          ...(tail !== undefined && { tail }),
        };
        const onOutput = async (bytes: Uint8Array): Promise<void> => {
          await writer.output(bytes, offset);
          offset += bytes.length;
        };
        const reader = { onOutput, onConnection: connectionTo(writer) };
        await engine.containerLogs(machine, request, reader, writer.signal);
        return 'end';
      };
    case 'setup':
      return setups.reader(machine);
  }
}

/** Makes a listener that tells the window how the connection to the log's machine stands. */
function connectionTo(writer: LogWriter): (state: ConnectionState) => void {
  return ({ connected, error, retryAt }) =>
    writer.connection({
      connected,
      ...(error && { error: toWire(error) }),
      ...(retryAt !== undefined && { retryAt }),
    });
}
