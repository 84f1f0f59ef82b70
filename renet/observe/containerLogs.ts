import { AppError, fill } from '../../shared/errors.ts';
import type { Container } from '../../shared/model.ts';
import type { ContainerLogWords } from '../../shared/protocol/protocol.ts';
import { en } from '../../shared/text/en/en.ts';
import { containersOf } from '../docker/containers.ts';
import { containerLog, createLogDecoder, DaemonRefusal, logFacts } from '../docker/engineApi.ts';
import { dockerSocket, mountPath } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { findWhatIsLeft } from '../repository/repositories.ts';
import { sendLogFiles } from './logFiles.ts';
import type { StreamSink } from './streams.ts';

/** The containers whose logs are wanted, and how much of them. */
interface ContainerLogRequest {
  repository: string;
  service?: string | undefined;
  follow: boolean;
  tail?: number | undefined;
  /** The sentences of the reader's language; English without them. */
  words?: ContainerLogWords | undefined;
}

/** The containers that a request means, with the socket of their daemon and the mount of their repository. */
interface FoundContainers {
  socket: string;
  root: string;
  containers: Container[];
}

/**
 * Finds the containers that a request means: those of one service, or all. Throws not-mounted, daemon-not-running,
 * service-not-found.
 */
export async function containersFor(
  { paths, volumes, daemons }: MachineDependencies,
  request: ContainerLogRequest,
  machine: string,
): Promise<FoundContainers> {
  const repository = await findWhatIsLeft(paths, request.repository, machine);
  const { guid, name, networkId } = repository;
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  if (!(await daemons.isUp(repository))) throw new AppError('daemon-not-running', { name });
  const all = await containersOf(dockerSocket(networkId));
  const { service } = request;
  const containers = service === undefined ? all : all.filter((container) => container.service === service);
  if (service !== undefined && containers.length === 0)
    throw new AppError('service-not-found', { name, service });
  return { socket: dockerSocket(networkId), root: mountPath(paths, guid), containers };
}

/**
 * Sends the logs of containers into one stream. The bytes of a single container pass as they are. Of several, each line
 * begins with its container's name, and when the daemon has no log of one (its log driver keeps none) a line says so.
 */
export async function streamContainerLogs(
  found: FoundContainers,
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
      await sendOne(found, container, request, { lines, send, signal: controller.signal });
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

/**
 * Sends one container's log. Docker gives up at a place in a log file that it cannot read, such as a power cut leaves;
 * what comes after it is then read from the file itself, and the hole is said. Other drivers than json-file keep logs
 * that only Docker reads.
 */
async function sendOne(
  { socket, root }: FoundContainers,
  { id, name }: Container,
  request: ContainerLogRequest,
  { lines, send, signal }: Out,
): Promise<void> {
  let sent = 0;
  const pass = async (part: Uint8Array): Promise<void> => {
    const bytes = lines === undefined ? part : lines.add(part);
    if (bytes.length > 0) await send(bytes);
  };
  const give = async (part: Uint8Array): Promise<void> => {
    await pass(part);
    sent += part.length;
  };
  const gaveUp = await sendDockers(socket, id, request, { give, signal }).catch((error: unknown) => {
    if (!(error instanceof DaemonRefusal)) throw error;
    return error;
  });
  if (gaveUp !== undefined && !signal.aborted) {
    const { words = en.app.containerLog } = request;
    const facts = await logFacts(socket, id).catch(() => undefined);
    if (facts?.driver !== 'json-file') {
      const details = { name, reason: gaveUp.message };
      if (lines === undefined) throw new AppError('log-refused', details, { cause: gaveUp });
      return pass(Buffer.from(`${fill(words.refused, details)}\n`));
    }
    const isAlive = async (): Promise<boolean> =>
      logFacts(socket, id)
        .then(({ alive }) => alive)
        .catch(() => false);
    const { tail, follow } = request;
    await sendLogFiles({ root, id, tail, sent, follow, isAlive, signal }, (part) =>
      pass('bytes' in part ? part.bytes : Buffer.from(`${lostText(part.lost, words)}\n`)),
    );
  }
  if (lines !== undefined && !signal.aborted) await send(lines.end());
}

function lostText(lost: number | 'rest', words: ContainerLogWords): string {
  return lost === 'rest' ? words.rest : fill(words.lost, { bytes: lost });
}

/** The words of a daemon that gives up on the log of a container with a terminal, which has no frames. */
const GIVEN_UP = /Error grabbing logs: [^\n]*\n$/;

/**
 * Gives the log of one container as Docker has it. Returns the error with which Docker gave up on it, if it did. Throws
 * DaemonRefusal.
 */
async function sendDockers(
  socket: string,
  id: string,
  request: ContainerLogRequest,
  { give, signal }: { give: (part: Uint8Array) => Promise<void>; signal: AbortSignal },
): Promise<DaemonRefusal | undefined> {
  try {
    const { stream, tty } = await containerLog(socket, id, request, signal);
    const decode = tty ? decodeTerminal : createLogDecoder();
    let gaveUp: DaemonRefusal | undefined;
    for await (const chunk of stream) {
      for (const { bytes, isDaemons } of decode(chunk as Buffer)) {
        if (isDaemons) gaveUp = new DaemonRefusal(Buffer.from(bytes).toString('utf8').trim());
        else await give(bytes);
      }
    }
    return gaveUp;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function decodeTerminal(chunk: Uint8Array): ReturnType<ReturnType<typeof createLogDecoder>> {
  const text = Buffer.from(chunk).toString('latin1');
  const at = GIVEN_UP.exec(text)?.index ?? text.length;
  const frames = [{ bytes: chunk.subarray(0, at), isDaemons: false }];
  if (at < text.length) frames.push({ bytes: chunk.subarray(at), isDaemons: true });
  return frames;
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
