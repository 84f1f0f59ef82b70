import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { hasCode } from '../host.ts';
import { insideFolder } from '../repository/heldFolder.ts';
import type { HeldFolder } from '../repository/heldFolder.ts';
import { createJsonLogReader } from './jsonLog.ts';
import type { LogPart } from './jsonLog.ts';
import { readTime } from './logPlace.ts';

/** The log of one container in its files, and how much of it is wanted. */
export interface LogFiles {
  /** The repository's mount. */
  root: string;
  /** The container's id. */
  id: string;
  /** The number of last entries; all when absent. */
  tail?: number | undefined;
  /** The time of the first entries that are wanted, as places have it. */
  since?: string | undefined;
  /** The bytes of these entries that were sent already. */
  sent: number;
  /** Goes on with what is written later, for as long as the container is alive. */
  follow: boolean;
  isAlive: () => Promise<boolean>;
  signal: AbortSignal;
}

/** The folder of the containers' files below the mount (daemonData), and the milliseconds between two looks. */
const CONTAINERS = '.rediacc/docker/data/containers';
const LOOK_EVERY = 500;
const CHUNK = 64 * 1024;

/**
 * Sends the log that Docker's driver json-file keeps of a container from its files, the oldest first. Root reads them
 * without following links, and holds none open while it waits: an open file would keep the volume from being unmounted.
 * Resolves when everything was sent; when following, at the container's end.
 */
export async function sendLogFiles(log: LogFiles, send: Send): Promise<void> {
  if (!/^[0-9a-f]{12,64}$/.test(log.id)) return;
  const after = beginningAt(log.since, skipping(log.sent, send));
  const last = tailOf(log.tail, after);
  for (const name of await rotated(log)) await readWhole(log, name, last.add);
  await readNewest(log, last, after);
}

type Send = (part: LogPart) => Promise<void>;

function inFolder<Result>(
  { root, id }: LogFiles,
  work: (folder: HeldFolder) => Promise<Result>,
): Promise<Result | undefined> {
  return insideFolder(root, `${CONTAINERS}/${id}`, work);
}

/** Lists the rotated files, the oldest first. */
async function rotated(log: LogFiles): Promise<string[]> {
  const pattern = new RegExp(`^${log.id}-json\\.log\\.(\\d+)(?:\\.gz)?$`);
  const number = (name: string): number => Number(pattern.exec(name)?.[1] ?? NaN);
  const names = (await inFolder(log, ({ path }) => readdir(path))) ?? [];
  return names.filter((name) => Number.isInteger(number(name))).sort((a, b) => number(b) - number(a));
}

/** Reads a file that is not written any more, up to the first place that cannot be read or unpacked. */
async function readWhole(log: LogFiles, name: string, send: Send): Promise<void> {
  const reader = createJsonLogReader();
  const failures: unknown[] = [];
  const chunks = name.endsWith('.gz') ? unpacked(log, name) : chunksOf(log, name);
  for await (const chunk of untilError(chunks, (error) => failures.push(error)))
    for (const part of reader.add(chunk)) await send(part);
  for (const part of reader.end(failures.length > 0)) await send(part);
  if (failures.length > 0) await send({ lost: 'rest' });
}

/** Ends where `chunks` throw. What the reader of the chunks throws is not caught here. */
async function* untilError(
  chunks: AsyncIterable<Buffer>,
  onError: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    onError(error);
  }
}

async function* chunksOf(log: LogFiles, name: string): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const found = await chunkAt(log, name, position);
    if (found === undefined || found.bytes.length === 0) return;
    position += found.bytes.length;
    yield found.bytes;
  }
}

async function* unpacked(log: LogFiles, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // Its error is thrown by the loop.
  pipeline(chunksOf(log, name), gunzip, () => undefined);
  for await (const chunk of gunzip) yield chunk as Buffer;
}

/** Reads the file that is written now, and when following what comes after it, in it and in the files that follow it. */
async function readNewest(
  log: LogFiles,
  last: { add: Send; end: () => Promise<void> },
  after: Send,
): Promise<void> {
  const name = `${log.id}-json.log`;
  let send = last.add;
  let reader = createJsonLogReader();
  let place: Place = { position: 0 };
  const emit = async (parts: readonly LogPart[]): Promise<void> => {
    for (const part of parts) await send(part);
  };
  const readOn = async (file: string): Promise<boolean> => {
    for (;;) {
      const found = await chunkAt(log, file, place.position);
      if (found === undefined) return true;
      const isSame = place.inode === undefined || place.inode === found.inode;
      if (!isSame || found.size < place.position) return false;
      place = { inode: found.inode, position: place.position + found.bytes.length };
      if (found.bytes.length === 0) return true;
      await emit(reader.add(found.bytes));
    }
  };
  for (;;) {
    // Asked before the file is read, so that the last lines of a container that ends meanwhile are read.
    const goesOn = log.follow && !log.signal.aborted && (await log.isAlive());
    if (!(await readOn(name))) {
      // Another file has taken its name: the rest of the old one is in the first rotated file.
      await readOn(`${name}.1`);
      await emit(reader.end());
      reader = createJsonLogReader();
      place = { position: 0 };
      continue;
    }
    if (send === last.add) await last.end();
    send = after;
    if (!goesOn) break;
    await delay(LOOK_EVERY, undefined, { signal: log.signal }).catch(() => undefined);
  }
  await emit(reader.end(await log.isAlive()));
}

/** The place up to which a file was read; `inode` tells whether the file of the name is still the same. */
interface Place {
  inode?: number;
  position: number;
}

/** Reads some bytes of a regular file and no link; undefined when there is none. */
async function chunkAt(
  log: LogFiles,
  name: string,
  position: number,
): Promise<{ bytes: Buffer; inode: number; size: number } | undefined> {
  return inFolder(log, async ({ path }) => {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(`${path}/${name}`, flags).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT', 'ELOOP', 'ENXIO')) return undefined;
      throw error;
    });
    if (file === undefined) return undefined;
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return undefined;
      const chunk = Buffer.alloc(CHUNK);
      const { bytesRead } = await file.read(chunk, 0, CHUNK, position);
      return { bytes: chunk.subarray(0, bytesRead), inode: facts.ino, size: facts.size };
    } finally {
      await file.close();
    }
  });
}

/** Leaves out what stands before the first entry of a time or later, and the earlier entries after that. */
function beginningAt(since: string | undefined, send: Send): Send {
  if (since === undefined) return send;
  const first = readTime(since);
  let hasBegun = false;
  return async (part) => {
    if (!('bytes' in part)) return hasBegun ? send(part) : undefined;
    if (part.time !== undefined && part.time < first) return undefined;
    hasBegun = true;
    return send(part);
  };
}

/** Leaves out the first entries, as many as make `sent` bytes, and what is lost among them. */
function skipping(sent: number, send: Send): Send {
  let left = sent;
  return async (part) => {
    if (left <= 0) return send(part);
    if ('bytes' in part) left -= part.bytes.length;
  };
}

/** Keeps the last `tail` entries, with what is lost between them, until the end is known; without a `tail` keeps none. */
function tailOf(tail: number | undefined, send: Send): { add: Send; end: () => Promise<void> } {
  if (tail === undefined) return { add: send, end: () => Promise.resolve() };
  const kept: LogPart[] = [];
  let entries = 0;
  return {
    add: (part) => {
      kept.push(part);
      if ('bytes' in part) entries += 1;
      while (entries > tail) if ('bytes' in (kept.shift() ?? { lost: 0 })) entries -= 1;
      return Promise.resolve();
    },
    end: async () => {
      for (const part of kept.splice(0)) await send(part);
    },
  };
}
