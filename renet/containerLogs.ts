import { AppError } from '../shared/errors.ts';
import type { Container } from '../shared/model.ts';
import { containerLog, containersOf, createLogDecoder } from './engineApi.ts';
import { dockerSocket } from './paths.ts';
import type { Machinery } from './plan.ts';
import { findRepository } from './repositories.ts';
import type { StreamSink } from './streams.ts';

export interface ContainerLogRequest {
  repository: string;
  service?: string | undefined;
  follow: boolean;
  tail?: number | undefined;
}

/**
 * The containers a log request means. Throws not-mounted, daemon-not-running, service-not-found.
 */
export async function containersFor(
  { paths, volumes, daemons }: Machinery,
  request: ContainerLogRequest,
  machine: string,
): Promise<{ socket: string; containers: Container[] }> {
  const { guid, name, networkId } = await findRepository(paths, request.repository, machine);
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  if (!(await daemons.isUp(networkId))) throw new AppError('daemon-not-running', { name });
  const all = await containersOf(dockerSocket(networkId));
  const { service } = request;
  const containers = service === undefined ? all : all.filter((container) => container.service === service);
  if (service !== undefined && containers.length === 0)
    throw new AppError('service-not-found', { name, service });
  return { socket: dockerSocket(networkId), containers };
}

/**
 * Sends the logs of containers into one stream. Of several, each line is preceded by its container's name; of one,
 * the bytes pass as they are.
 */
export async function streamContainerLogs(
  found: { socket: string; containers: Container[] },
  request: ContainerLogRequest,
  sink: StreamSink,
): Promise<'closed'> {
  let position = 0;
  let turn = Promise.resolve();
  // One after another onto the wire: lines of two containers never mix.
  const send = (bytes: Uint8Array): Promise<void> => {
    turn = turn.then(async () => {
      await sink.output(bytes, position);
      position += bytes.length;
    });
    return turn;
  };
  const several = found.containers.length > 1;
  await Promise.all(
    found.containers.map(async (container) => {
      const prefix = several ? `${container.service ?? container.name} | ` : '';
      await sendOne(found.socket, container.id, request, prefix, send, sink.signal);
    }),
  );
  return 'closed';
}

async function sendOne(
  socket: string,
  id: string,
  request: ContainerLogRequest,
  prefix: string,
  send: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { stream, tty } = await containerLog(socket, id, request, signal);
  const decode = tty ? (chunk: Uint8Array): Uint8Array[] => [chunk] : createLogDecoder();
  let rest = '';
  try {
    for await (const chunk of stream) {
      for (const part of decode(chunk as Buffer)) {
        if (prefix === '') {
          await send(part);
        } else {
          const lines = (rest + Buffer.from(part).toString('utf8')).split('\n');
          rest = lines.pop() ?? '';
          if (lines.length > 0) await send(Buffer.from(lines.map((line) => `${prefix}${line}\n`).join('')));
        }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (rest !== '') await send(Buffer.from(`${prefix}${rest}\n`));
}
