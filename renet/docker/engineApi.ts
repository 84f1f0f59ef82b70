import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';

/**
 * The time that a daemon has to answer. The Engine API on its socket is used because no program has to be started for a
 * question.
 */
const ANSWER_MILLISECONDS = 10_000;

async function get(socketPath: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one that was kept from the last question may lead to a daemon that has ended since.
    const options = { socketPath, path, agent: false, ...(signal === undefined ? {} : { signal }) };
    const asked = request(options, resolve);
    asked.setTimeout(ANSWER_MILLISECONDS, () =>
      asked.destroy(new Error('the Docker daemon does not answer')),
    );
    asked.once('error', reject);
    asked.end();
  });
}

/** The error of a daemon that answers but refuses the request. */
export class DaemonRefusal extends Error {}

/** Gets an answer with status 200. Throws DaemonRefusal with the daemon's own words. */
async function getGranted(socketPath: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  const response = await get(socketPath, path, signal);
  if (response.statusCode === 200) return response;
  throw new DaemonRefusal(`${path}: ${response.statusCode ?? 0} ${(await textOf(response)).trim()}`);
}

/** Gets an answer's text. Throws DaemonRefusal. */
export async function getText(socketPath: string, path: string): Promise<string> {
  return textOf(await getGranted(socketPath, path));
}

/** Gets an answer that is JSON. Throws DaemonRefusal. */
export async function getJson(socketPath: string, path: string): Promise<unknown> {
  return JSON.parse(await getText(socketPath, path)) as unknown;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Tells whether a daemon answers on the socket. */
export async function daemonAnswers(socketPath: string): Promise<boolean> {
  try {
    const response = await get(socketPath, '/_ping');
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}

/**
 * Returns the folder of a daemon's data, by its own word: it tells whose daemon it is, also one that an earlier version
 * started. Throws when it does not say.
 */
export async function dataFolderOf(socketPath: string): Promise<string> {
  const information = await getJson(socketPath, '/info');
  if (typeof information === 'object' && information !== null && 'DockerRootDir' in information) {
    const { DockerRootDir: folder } = information;
    if (typeof folder === 'string' && folder !== '') return folder;
  }
  throw new DaemonRefusal('/info has no DockerRootDir');
}

/**
 * The events that change the list of containers. Those of commands inside containers (health checks) are not among
 * them.
 */
const EVENTS = 'create start restart die stop pause unpause destroy rename oom health_status'.split(' ');

/**
 * Calls `onEvent` whenever a container of the daemon changes. Resolves when the daemon ends the stream. Throws when no
 * daemon answers, and when `signal` aborts.
 */
export async function onContainerEvents(
  socketPath: string,
  onEvent: () => void,
  signal: AbortSignal,
): Promise<void> {
  const filters = JSON.stringify({ type: ['container'], event: EVENTS });
  const query = new URLSearchParams({ filters });
  const stream = await getGranted(socketPath, `/events?${query.toString()}`, signal);
  // Hours may pass without an event.
  stream.socket.setTimeout(0);
  // A change may have come before the subscription began.
  onEvent();
  for await (const chunk of stream) if ((chunk as Buffer).length > 0) onEvent();
}

/** Returns how a container's log is kept, whether its container has a terminal, and whether that is alive. */
export async function logFacts(
  socketPath: string,
  id: string,
): Promise<{ tty: boolean; driver: string; alive: boolean }> {
  const inspected = (await getJson(socketPath, `/containers/${id}/json`)) as {
    Config: { Tty: boolean };
    HostConfig?: { LogConfig?: { Type?: string } };
    State?: { Running?: boolean; Restarting?: boolean };
  };
  const { Running = false, Restarting = false } = inspected.State ?? {};
  const driver = inspected.HostConfig?.LogConfig?.Type ?? '';
  return { tty: inspected.Config.Tty, driver, alive: Running || Restarting };
}

/**
 * Opens the log of one container, as the API streams it; with `follow` it stays open until `signal` aborts. `timed`: each
 * entry begins with the time at which it was written, from `since` on where there is one (seconds with nine decimals). Throws
 * DaemonRefusal.
 */
export async function containerLog(
  socketPath: string,
  id: string,
  options: { follow: boolean; tail?: number | undefined; timed?: boolean; since?: string | undefined },
  signal: AbortSignal,
): Promise<{ stream: IncomingMessage; tty: boolean }> {
  const tty = (await logFacts(socketPath, id)).tty;
  const query = new URLSearchParams({
    stdout: '1',
    stderr: '1',
    follow: options.follow ? '1' : '0',
    tail: options.tail === undefined ? 'all' : String(options.tail),
    ...(options.timed === true && { timestamps: '1' }),
    ...(options.since !== undefined && { since: options.since }),
  });
  const stream = await getGranted(socketPath, `/containers/${id}/logs?${query.toString()}`, signal);
  // A log may be quiet for any time.
  stream.socket.setTimeout(0);
  return { stream, tty };
}

/** The stream of a frame in which the daemon says that it cannot go on ("Error grabbing logs: ..."). */
const DAEMONS_OWN = 3;

/** The bytes that one frame of a log carries: the container's, or the daemon's own words. */
export interface LogFrame {
  bytes: Uint8Array;
  isDaemons: boolean;
}

/**
 * Makes a decoder of log streams: it is called with each chunk, and returns the frames in it. A
 * frame begins with 8 bytes: stream, three zeros, length as big endian (Docker Engine API, "Attach to a container"). A
 * container with a terminal sends no frames.
 */
export function createLogDecoder(): (chunk: Uint8Array) => LogFrame[] {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    const parts: LogFrame[] = [];
    while (pending.length >= 8) {
      const length = pending.readUInt32BE(4);
      if (pending.length < 8 + length) break;
      parts.push({ bytes: pending.subarray(8, 8 + length), isDaemons: pending[0] === DAEMONS_OWN });
      pending = pending.subarray(8 + length);
    }
    return parts;
  };
}
