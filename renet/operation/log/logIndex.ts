import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { lstat, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { toAppError } from '../../../shared/errors.ts';
import type { OperationHead } from '../../../shared/model.ts';
import { isGuid } from '../../../shared/names.ts';
import { newestFirst } from '../../../shared/operationOrder.ts';
import { ensureFolder, hasCode, listIfThere, removeIfThere, writeAtomically } from '../../host.ts';
import { operationsFolder, spareOperationsFolder } from '../../paths.ts';
import type { Paths } from '../../paths.ts';
import { parseJson } from '../../json.ts';
import { EVENTS_FILE } from './events.ts';
import { CAREFULLY } from './logFiles.ts';

/**
 * The file beside the logs with the head of each, a line a log, in the order of their numbers. It spares reading every
 * log, and its last line has the highest number that was given. The logs themselves are the truth: what is missing here
 * is read from them and added, and a line whose log is gone counts only for its number.
 */
export const INDEX_FILE = 'index.jsonl';

/** The largest index that is read; a larger one is not ours, and is made anew. 20 000 logs take 6 MB. */
const LARGEST_INDEX_BYTES = 256 * 1024 * 1024;

/** The heads that are read from their logs before the agent does something else. */
const HEADS_AT_ONCE = 200;
const HEAD_BYTES = 64 * 1024;

/** A log that is there. `head` is absent when neither the index nor the log itself tells it. */
export interface KnownLog {
  readonly id: string;
  readonly folder: string;
  readonly head?: OperationHead | undefined;
}

/** What an index says. */
interface LogIndex {
  readonly heads: ReadonlyMap<string, OperationHead>;
  readonly highest: number;
  readonly lines: number;
}

const NOTHING: LogIndex = { heads: new Map(), highest: 0, lines: 0 };

/** Lists every log, the newest first: by number, then those of older versions, then those whose head cannot be read. */
export async function knownLogs(paths: Paths): Promise<KnownLog[]> {
  const parents = [operationsFolder(paths), spareOperationsFolder(paths)];
  const logs = (await Promise.all(parents.map(logsIn))).flat();
  return logs.sort((a, b) => {
    if (a.head === undefined || b.head === undefined)
      return Number(a.head === undefined) - Number(b.head === undefined);
    return newestFirst(a.head, b.head);
  });
}

async function logsIn(parent: string): Promise<KnownLog[]> {
  const ids = (await listIfThere(parent)).filter(isGuid);
  if (ids.length === 0) return [];
  const { heads } = await readIndex(parent);
  const found = await readHeads(
    parent,
    ids.filter((id) => !heads.has(id)),
  );
  // A list is answered although the disk is full or can only be read; the next one adds them again.
  if (found.size > 0) await appendHeads(parent, [...found.values()]).catch(() => undefined);
  return ids.map((id) => ({ id, folder: join(parent, id), head: heads.get(id) ?? found.get(id) }));
}

/**
 * Gives a log the next number, in the index of the datastore or, when that is full, in the one under /run. Called under
 * the lock of logs. `head` makes the head with its number.
 */
export async function addToIndex(
  paths: Paths,
  head: (sequence: number) => OperationHead,
): Promise<OperationHead> {
  const known = await knownLogs(paths);
  const parents = [operationsFolder(paths), spareOperationsFolder(paths)] as const;
  const indexes = await Promise.all(parents.map(readIndex));
  const numbers = known.map((log) => log.head?.sequence ?? 0);
  const highest = [...indexes.map((index) => index.highest), ...numbers].reduce((a, b) => Math.max(a, b), 0);
  const added = head(highest + 1);
  try {
    await ensureFolder(parents[0], 0o700);
    if ((indexes[0]?.lines ?? 0) > 2 * known.length + 1000) await compact(parents[0], known);
    await appendHeads(parents[0], [added]);
  } catch (error) {
    if (toAppError(error).code !== 'disk-full') throw error;
    await ensureFolder(parents[1], 0o700);
    await appendHeads(parents[1], [added]);
  }
  return added;
}

/** Writes the index anew, without the logs that are gone. The next line has the highest number. */
async function compact(parent: string, known: readonly KnownLog[]): Promise<void> {
  const own = known.filter(({ folder, id }) => folder === join(parent, id));
  const heads = own.flatMap(({ head }) => (head === undefined ? [] : [head])).reverse();
  await writeAtomically(join(parent, INDEX_FILE), linesOf(heads), { mode: 0o600 });
}

/** The indexes that were read last, by their files, with what tells whether a file is still the same. */
const lastRead = new Map<string, { identity: string; index: LogIndex }>();

/** Reads the index of a folder of logs; nothing of it when it is missing or not ours. */
async function readIndex(parent: string): Promise<LogIndex> {
  const path = join(parent, INDEX_FILE);
  try {
    const found = await lstat(path, { bigint: true });
    const identity = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join();
    const before = lastRead.get(path);
    if (before?.identity === identity) return before.index;
    if (!found.isFile() || found.size > LARGEST_INDEX_BYTES) return NOTHING;
    const index = parseIndex(await readFile(path, { encoding: 'utf8', flag: CAREFULLY }));
    lastRead.set(path, { identity, index });
    return index;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EIO')) return NOTHING;
    throw error;
  }
}

function parseIndex(text: string): LogIndex {
  const heads = new Map<string, OperationHead>();
  let highest = 0;
  const lines = text.split('\n');
  for (const line of lines) {
    const head = asHead(parseJson(line));
    if (head === undefined) continue;
    heads.set(head.id, head);
    highest = Math.max(highest, head.sequence ?? 0);
  }
  return { heads, highest, lines: lines.length };
}

/**
 * Returns a head as far as lists need it to be one: whoever sends it to an engine checks the rest, which would take too
 * long for all logs.
 */
function asHead(value: unknown): OperationHead | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, startedAt, sequence = 1, repository } = value as Partial<OperationHead>;
  const isOne =
    typeof id === 'string' &&
    isGuid(id) &&
    Number.isFinite(startedAt) &&
    Number.isSafeInteger(sequence) &&
    sequence > 0 &&
    typeof repository === 'object' &&
    typeof (repository as OperationHead['repository'] | null)?.guid === 'string';
  return isOne ? (value as OperationHead) : undefined;
}

/** Reads heads out of the logs themselves. One that cannot be read is left out. */
async function readHeads(parent: string, ids: readonly string[]): Promise<Map<string, OperationHead>> {
  const heads = new Map<string, OperationHead>();
  const buffer = Buffer.alloc(HEAD_BYTES);
  for (const [index, id] of ids.entries()) {
    if (index % HEADS_AT_ONCE === HEADS_AT_ONCE - 1) await turn();
    const event = parseJson(firstLine(join(parent, id, EVENTS_FILE), buffer));
    if (typeof event !== 'object' || event === null || !('operation' in event)) continue;
    const head = asHead(event.operation);
    if (head?.id === id) heads.set(id, head);
  }
  return heads;
}

/** Reads a file's first line, or nothing. Synchronous, as for thousands of logs the thread pool would cost most. */
function firstLine(path: string, buffer: Buffer): string {
  try {
    const file = openSync(path, CAREFULLY);
    try {
      if (!fstatSync(file).isFile()) return '';
      const text = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
      const end = text.indexOf(0x0a);
      return end < 0 ? '' : text.toString('utf8', 0, end);
    } finally {
      closeSync(file);
    }
  } catch {
    // Whatever keeps it from being read, the log is listed as one that cannot be read.
    return '';
  }
}

/** Appends lines, which are on disk when this resolves. A failure leaves nothing of them. */
async function appendHeads(parent: string, heads: readonly OperationHead[]): Promise<void> {
  const path = join(parent, INDEX_FILE);
  const there = await lstat(path).catch(() => undefined);
  // What is no index of ours is none.
  const isOurs = there === undefined || (there.isFile() && there.size <= LARGEST_INDEX_BYTES);
  if (!isOurs) await removeIfThere(path);
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    // A line that a power cut left half must not take the next one with it.
    const begin = bytesRead === 1 && buffer[0] !== 0x0a ? '\n' : '';
    try {
      await file.appendFile(begin + linesOf(heads));
      await file.datasync();
    } catch (error) {
      await file.truncate(size);
      throw error;
    }
  } finally {
    await file.close();
  }
}

const linesOf = (heads: readonly OperationHead[]): string =>
  heads.map((head) => JSON.stringify(head) + '\n').join('');
