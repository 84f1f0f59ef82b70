import { AppError } from '../../shared/errors.ts';
import type { Container } from '../../shared/model.ts';
import { containersOf } from '../docker/containers.ts';
import { containerLog, createLogDecoder, DaemonRefusal } from '../docker/engineApi.ts';
import { dockerSocket } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { findWhatIsLeft } from '../repository/repositories.ts';
import type { StreamSink } from './streams.ts';

/** The containers whose logs are wanted, and how much of them. */
interface ContainerLogRequest {
  repository: string;
  service?: string | undefined;
  follow: boolean;
  tail?: number | undefined;
}

/**
 * Finds the containers that a request means: those of one service, or all. Throws not-mounted, daemon-not-running,
 * service-not-found.
 */
export async function containersFor(
  { paths, volumes, daemons }: MachineDependencies,
  request: ContainerLogRequest,
  machine: string,
): Promise<{ socket: string; containers: Container[] }> {
  const repository = await findWhatIsLeft(paths, request.repository, machine);
  const { guid, name, networkId } = repository;
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  if (!(await daemons.isUp(repository))) throw new AppError('daemon-not-running', { name });
  const all = await containersOf(dockerSocket(networkId));
  const { service } = request;
  const containers = service === undefined ? all : all.filter((container) => container.service === service);
  if (service !== undefined && containers.length === 0)
    throw new AppError('service-not-found', { name, service });
  return { socket: dockerSocket(networkId), containers };
}

/**
 * Sends the logs of containers into one stream. The bytes of a single container pass as they are. Of several, each line
 * begins with its container's name, and when the daemon has no log of one (its log driver keeps none) a line says so.
 */
export async function streamContainerLogs(
  found: { socket: string; containers: Container[] },
  request: ContainerLogRequest,
  sink: StreamSink,
): Promise<'closed'> {
  let position = 0;
  let turn = Promise.resolve();
  // The lines are sent one after another, so that those of two containers never mix.
  const send = (bytes: Uint8Array): Promise<void> => {
    turn = turn.then(async () => {
      await sink.output(bytes, position);
      position += bytes.length;
    });
    return turn;
  };
  const several = found.containers.length > 1;
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  sink.signal.addEventListener('abort', stop, { once: true });
  if (sink.signal.aborted) stop();
  const following = found.containers.map(async (container) => {
    const lines = several ? createLines(`${container.service ?? container.name} | `) : undefined;
    try {
      await sendOne(found.socket, container, request, { lines, send, signal: controller.signal });
    } catch (error) {
      // The stream ends with the first error, so the other containers' logs need not be sent any more.
      stop();
      throw error;
    }
  });
  await Promise.allSettled(following);
  sink.signal.removeEventListener('abort', stop);
  await Promise.all(following);
  return 'closed';
}

/** The way out for one container's log; `lines` is undefined when it is the only one. */
interface Out {
  lines: Lines | undefined;
  send: (bytes: Uint8Array) => Promise<void>;
  signal: AbortSignal;
}

async function sendOne(
  socket: string,
  { id, name }: Container,
  request: ContainerLogRequest,
  { lines, send, signal }: Out,
): Promise<void> {
  try {
    const { stream, tty } = await containerLog(socket, id, request, signal);
    const decode = tty ? (chunk: Uint8Array): Uint8Array[] => [chunk] : createLogDecoder();
    for await (const chunk of stream) {
      for (const part of decode(chunk as Buffer)) {
        const bytes = lines === undefined ? part : lines.add(part);
        if (bytes.length > 0) await send(bytes);
      }
    }
    if (lines !== undefined) await send(lines.end());
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof DaemonRefusal)) throw error;
    const refused = new AppError('log-refused', { name, reason: error.message }, { cause: error });
    if (lines === undefined) throw refused;
    await send(lines.add(Buffer.from(`${refused.message}\n`)));
  }
}

/** The bytes after which a line without an end is cut. */
const LONGEST_LINE = 64 * 1024;

/** A cutter of bytes into lines. */
interface Lines {
  /** Takes more bytes and returns the lines that are now whole, each with the prefix. */
  add(bytes: Uint8Array): Uint8Array;
  /** Returns the last line, if it has no end. */
  end(): Uint8Array;
}

/** Makes a cutter that puts a prefix before each line. */
function createLines(prefix: string): Lines {
  // Read as Latin-1, every byte is one character, so no character is torn where two pieces meet.
  let rest = '';
  const whole = (lines: readonly string[]): Uint8Array =>
    Buffer.concat(lines.flatMap((line) => [Buffer.from(prefix), Buffer.from(`${line}\n`, 'latin1')]));
  return {
    add: (bytes) => {
      const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length >= LONGEST_LINE) {
        lines.push(rest);
        rest = '';
      }
      return whole(lines);
    },
    end: () => whole(rest === '' ? [] : [rest]),
  };
}
