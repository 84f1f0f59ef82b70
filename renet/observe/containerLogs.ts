import { AppError, fill } from '../../shared/errors.ts';
import type { Container } from '../../shared/model.ts';
import type { ContainerLogWords, LogPlace, LogPlaces } from '../../shared/protocol/protocol.ts';
import { en } from '../../shared/text/en/en.ts';
import { containersOf } from '../docker/containers.ts';
import { containerLog, DaemonRefusal, logFacts } from '../docker/engineApi.ts';
import { dockerSocket, mountPath } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { findWhatIsLeft } from '../repository/repositories.ts';
import { createDockerLogReader } from './dockerLog.ts';
import type { TimedFrame } from './dockerLog.ts';
import { createLines, createPasser, lineOf } from './logPasser.ts';
import type { Out } from './logPasser.ts';
import { placeAt } from './logPlace.ts';
import { cutOff } from './cutOff.ts';
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
  /** Where the reader is; with it the places are told. */
  from?: LogPlaces | undefined;
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
 * With `from` it goes on where the reader was, and tells the place after each piece of output. Throws connection-lost when it is
 * closed before the logs' end: whoever closed it does not listen, and everybody else has not read all.
 */
export async function streamContainerLogs(
  found: FoundContainers,
  request: ContainerLogRequest,
  sink: StreamSink,
): Promise<'closed'> {
  let position = 0;
  let turn = Promise.resolve();
  // The lines are sent one after another, so that those of two containers never mix.
  const send = (bytes: Uint8Array, places: LogPlaces = {}): Promise<void> => {
    turn = turn.then(async () => {
      await sink.output(bytes, position);
      position += bytes.length;
      if (request.from !== undefined) await sink.place(places);
    });
    return turn;
  };
  const first = request.from === undefined ? {} : await firstPlaces(found, request, sink.signal);
  if (request.from !== undefined) await sink.place(first);
  const several = found.containers.length > 1;
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  sink.signal.addEventListener('abort', stop, { once: true });
  if (sink.signal.aborted) stop();
  const following = found.containers.map(async (container) => {
    const lines = several ? createLines(`${container.service ?? container.name} | `) : undefined;
    try {
      const out = { lines, send, signal: controller.signal };
      await sendOne(found, container, { ...request, first: first[container.id] }, out);
    } catch (error) {
      // The stream ends with the first error, so the other containers' logs need not be sent any more.
      stop();
      throw error;
    }
  });
  await Promise.allSettled(following);
  sink.signal.removeEventListener('abort', stop);
  await Promise.all(following);
  if (!sink.signal.aborted) return 'closed';
  throw cutOff();
}

/** More lines than are written between two requests. */
const LINES_AT_ONCE = 1000;

/**
 * Returns where a new reader is before all output, for the containers of which that is sure: all of the log is wanted, or
 * none of it, or there is none yet. Elsewhere the first entry tells.
 */
async function firstPlaces(
  { socket, containers }: FoundContainers,
  { tail, from = {} }: ContainerLogRequest,
  signal: AbortSignal,
): Promise<LogPlaces> {
  const isEmpty = async (id: string): Promise<boolean> => {
    const { stream } = await containerLog(socket, id, { follow: false, tail: 1 }, signal);
    for await (const chunk of stream) if ((chunk as Buffer).length > 0) return false;
    return true;
  };
  const places = containers.map(async ({ id }): Promise<[string, LogPlace][]> => {
    if (from[id] !== undefined) return [];
    if (tail === 0) return [[id, placeAt(Date.now())]];
    // What Docker refuses to say is said when the log is sent.
    const fromBeginning = tail === undefined || (await isEmpty(id).catch(() => false));
    return fromBeginning ? [[id, placeAt(0)]] : [];
  });
  return Object.fromEntries((await Promise.all(places)).flat());
}

/**
 * Sends one container's log. Docker gives up at a place in a log file that it cannot read, such as a power cut leaves;
 * what comes after it is then read from the file itself, and the hole is said. Other drivers than json-file keep logs
 * that only Docker reads.
 */
async function sendOne(
  { socket, root }: FoundContainers,
  { id, name }: Container,
  request: ContainerLogRequest & { first: LogPlace | undefined },
  out: Out,
): Promise<void> {
  const { words = en.app.containerLog, follow, first } = request;
  const from = request.from?.[id];
  // No log is read whole for nothing of it: its last lines have all that may come before Docker looks.
  const tail = request.tail !== undefined && first !== undefined ? LINES_AT_ONCE : request.tail;
  const wanted = {
    follow,
    timed: request.from !== undefined,
    tail: from === undefined ? tail : undefined,
    since: (from ?? first)?.since,
  };
  const { pass, finish } = createPasser(id, from ?? first, words, out);
  const { signal } = out;
  let sent = 0;
  const give = async (frames: readonly TimedFrame[]): Promise<void> => {
    await pass(frames);
    sent += frames.reduce((sum, { bytes }) => sum + bytes.length, 0);
  };
  const gaveUp = await sendDockers(socket, id, wanted, { give, signal }).catch((error: unknown) => {
    if (!(error instanceof DaemonRefusal)) throw error;
    return error;
  });
  if (gaveUp !== undefined && !signal.aborted) {
    const facts = await logFacts(socket, id).catch(() => undefined);
    if (facts?.driver !== 'json-file') {
      const details = { name, reason: gaveUp.message };
      if (out.lines === undefined) throw new AppError('log-refused', details, { cause: gaveUp });
      // Who comes back was told.
      return from === undefined ? pass([lineOf(fill(words.refused, details))]) : undefined;
    }
    const isAlive = async (): Promise<boolean> =>
      logFacts(socket, id)
        .then(({ alive }) => alive)
        .catch(() => false);
    const files = { root, id, tail: wanted.tail, since: wanted.since, sent, follow, isAlive, signal };
    await sendLogFiles(files, (part) => pass(['bytes' in part ? part : lineOf(lostText(part.lost, words))]));
  }
  if (!signal.aborted) await finish();
}

function lostText(lost: number | 'rest', words: ContainerLogWords): string {
  return lost === 'rest' ? words.rest : fill(words.lost, { bytes: lost });
}

/**
 * Gives the log of one container as Docker has it. Returns the error with which Docker gave up on it, if it did. Throws
 * DaemonRefusal.
 */
async function sendDockers(
  socket: string,
  id: string,
  wanted: Parameters<typeof containerLog>[2] & { timed: boolean },
  { give, signal }: { give: (frames: readonly TimedFrame[]) => Promise<void>; signal: AbortSignal },
): Promise<DaemonRefusal | undefined> {
  let gaveUp: DaemonRefusal | undefined;
  const take = async (frames: readonly TimedFrame[]): Promise<void> => {
    await give(frames.filter(({ isDaemons }) => !isDaemons));
    for (const { bytes, isDaemons } of frames)
      if (isDaemons) gaveUp = new DaemonRefusal(Buffer.from(bytes).toString('utf8').trim());
  };
  try {
    const { stream, tty } = await containerLog(socket, id, wanted, signal);
    const reader = createDockerLogReader({ tty, timed: wanted.timed });
    for await (const chunk of stream) await take(reader.add(chunk as Buffer));
    await take(reader.end());
    return gaveUp;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
