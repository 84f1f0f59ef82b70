import type { BigIntStats } from 'node:fs';
import { lstat, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationHead } from '../../../shared/model.ts';
import { isGuid } from '../../../shared/names.ts';
import { newestFirst } from '../../../shared/operationOrder.ts';
import { ensureFolder, listIfThere, removeIfThere, replaceAlone } from '../../host.ts';
import { inTurns } from '../../inTurns.ts';
import { operationsFolder, spareOperationsFolder } from '../../paths.ts';
import type { Paths } from '../../paths.ts';
import { parseJson } from '../../json.ts';
import { appendDurably } from './durableFile.ts';
import { EVENTS_FILE } from './events.ts';
import { tryLogsLock } from '../locks.ts';
import { CAREFULLY } from './logFiles.ts';

/**
 * The file beside the logs with the head of each, a line a log, in the order of their numbers. It spares reading every
 * log, and its last line has the highest number that was given. The logs themselves are the truth: what is missing here
 * is read from them and added, and a line whose log is gone counts only for its number. Whatever keeps it from being read
 * or written, nothing else fails for it. It is written under the lock of logs.
 */
export const INDEX_FILE = 'index.jsonl';

/** The largest index that is read; a larger one is not ours, and is made anew. 20 000 logs take 6 MB. */
const LARGEST_INDEX_BYTES = 256 * 1024 * 1024;

/** The logs whose heads are read at the same time. */
const HEADS_AT_ONCE = 2;
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
  const found = await Promise.all(parentsOf(paths).map(logsIn));
  const missing = found.filter(({ heads }) => heads.length > 0);
  if (missing.length > 0) await tryLogsLock(paths, () => addMissing(missing));
  return sorted(found);
}

const parentsOf = (paths: Paths): [string, string] => [operationsFolder(paths), spareOperationsFolder(paths)];

/** The logs in one folder, and the heads among them that were just read because the index does not have them. */
interface FoundLogs {
  readonly parent: string;
  readonly logs: KnownLog[];
  readonly heads: OperationHead[];
}

async function logsIn(parent: string): Promise<FoundLogs> {
  const ids = (await listIfThere(parent)).filter(isGuid);
  if (ids.length === 0) return { parent, logs: [], heads: [] };
  const { heads } = await readIndex(parent);
  const unlisted = ids.filter((id) => !heads.has(id));
  const { known, fresh } = await readHeads(parent, unlisted);
  const logs = ids.map((id) => ({ id, folder: join(parent, id), head: heads.get(id) ?? known.get(id) }));
  return { parent, logs, heads: fresh };
}

async function addMissing(found: readonly FoundLogs[]): Promise<void> {
  for (const { parent, heads } of found) {
    // Another process may have added some since they were missed.
    const { heads: listed } = await readIndex(parent);
    await appendHeads(
      parent,
      heads.filter(({ id }) => !listed.has(id)),
    ).catch(() => undefined);
  }
}

function sorted(found: readonly FoundLogs[]): KnownLog[] {
  return found
    .flatMap(({ logs }) => logs)
    .sort((a, b) => {
      if (a.head === undefined || b.head === undefined)
        return Number(a.head === undefined) - Number(b.head === undefined);
      return newestFirst(a.head, b.head);
    });
}

/**
 * Gives a log the next number, in the index of the datastore or, when that cannot be written, in the one under /run; when
 * neither can, in the log alone. Called under the lock of logs. `head` makes the head with its number.
 */
export async function addToIndex(
  paths: Paths,
  head: (sequence: number) => OperationHead,
): Promise<OperationHead> {
  const [parent, spare] = parentsOf(paths);
  // A folder that cannot be listed has no log that could be continued either: the new one comes under /run.
  const none = (folder: string) => (): FoundLogs => ({ parent: folder, logs: [], heads: [] });
  const found = await Promise.all([parent, spare].map((folder) => logsIn(folder).catch(none(folder))));
  await addMissing(found.filter(({ heads }) => heads.length > 0));
  const known = sorted(found);
  const indexes = await Promise.all([parent, spare].map(readIndex));
  const numbers = known.map((log) => log.head?.sequence ?? 0);
  const highest = [...indexes.map((index) => index.highest), ...numbers].reduce((a, b) => Math.max(a, b), 0);
  const added = head(highest + 1);
  const append = async (folder: string): Promise<void> => {
    await ensureFolder(folder, 0o700);
    await appendHeads(folder, [added]);
  };
  try {
    if ((indexes[0]?.lines ?? 0) > 2 * known.length + 1000) await compact(parent, known);
    await append(parent);
  } catch {
    await append(spare).catch(() => undefined);
  }
  return added;
}

/** Writes the index anew, without the logs that are gone. The next line has the highest number. */
async function compact(parent: string, known: readonly KnownLog[]): Promise<void> {
  const own = known.filter(({ folder, id }) => folder === join(parent, id));
  const heads = own.flatMap(({ head }) => (head === undefined ? [] : [head])).reverse();
  await replaceAlone(join(parent, INDEX_FILE), linesOf(heads), { mode: 0o600 });
}

/** The folders of logs of which what was read is kept: those of two datastores, and the one under /run. */
const FOLDERS_KEPT = 3;

/** Keeps something for a folder of logs, and forgets the folder that was kept longest when there are too many. */
function keep<Kept>(kept: Map<string, Kept>, folder: string, value: Kept): void {
  kept.delete(folder);
  kept.set(folder, value);
  for (const oldest of [...kept.keys()].slice(0, -FOLDERS_KEPT)) kept.delete(oldest);
}

/** The indexes that were read last, by their files, with what tells whether a file is still the same. */
const lastRead = new Map<string, { identity: string; index: LogIndex }>();

/** Reads the index of a folder of logs; nothing of it when it is missing or not ours. */
async function readIndex(parent: string): Promise<LogIndex> {
  const path = join(parent, INDEX_FILE);
  try {
    const found = await lstat(path, { bigint: true });
    const identity = identityOf(found);
    const before = lastRead.get(path);
    if (before?.identity === identity) return before.index;
    if (!found.isFile() || found.size > LARGEST_INDEX_BYTES) return NOTHING;
    const index = parseIndex(await readFile(path, { encoding: 'utf8', flag: CAREFULLY }));
    keep(lastRead, path, { identity, index });
    return index;
  } catch {
    return NOTHING;
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

/**
 * The heads that were read last out of the logs of a folder, by their ids, with what tells whether a log is still the
 * same. One that has none is not read again before it changes.
 */
const headsRead = new Map<string, ReadonlyMap<string, ReadHead>>();

interface ReadHead {
  readonly identity: string;
  readonly head: OperationHead | undefined;
}

/**
 * Reads heads out of the logs themselves. `fresh`: those among them that were not read before. One that cannot be read is
 * left out.
 */
async function readHeads(
  parent: string,
  ids: readonly string[],
): Promise<{ known: Map<string, OperationHead>; fresh: OperationHead[] }> {
  const known = new Map<string, OperationHead>();
  const fresh: OperationHead[] = [];
  const read = new Map<string, ReadHead>();
  const all = await inTurns(ids, HEADS_AT_ONCE, async (id) => {
    const path = join(parent, id, EVENTS_FILE);
    const identity = await identityAt(path);
    const before = headsRead.get(parent)?.get(id);
    const isRead = before?.identity === identity;
    return { id, identity, isRead, head: isRead ? before.head : headOf(id, await firstLine(path)) };
  });
  for (const { id, identity, isRead, head } of all) {
    if (head !== undefined) known.set(id, head);
    if (head !== undefined && !isRead) fresh.push(head);
    read.set(id, { identity, head });
  }
  keep(headsRead, parent, read);
  return { known, fresh };
}

/** Returns what tells whether a file is still the same; the same for all that are not there, or that the disk hides. */
async function identityAt(path: string): Promise<string> {
  try {
    return identityOf(await lstat(path, { bigint: true }));
  } catch {
    return '';
  }
}

function identityOf(found: BigIntStats): string {
  return [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join();
}

function headOf(id: string, line: string): OperationHead | undefined {
  const event = parseJson(line);
  if (typeof event !== 'object' || event === null || !('operation' in event)) return undefined;
  const head = asHead(event.operation);
  return head?.id === id ? head : undefined;
}

/** Reads a file's first line, or nothing. */
async function firstLine(path: string): Promise<string> {
  try {
    const file = await open(path, CAREFULLY);
    try {
      const found = await file.stat();
      if (!found.isFile()) return '';
      const length = Math.min(found.size, HEAD_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      const text = buffer.subarray(0, bytesRead);
      const end = text.indexOf(0x0a);
      return end < 0 ? '' : text.toString('utf8', 0, end);
    } finally {
      await file.close();
    }
  } catch {
    // Whatever keeps it from being read, the log is listed as one that cannot be read.
    return '';
  }
}

/** Appends lines, which are on disk when this resolves. A failure leaves nothing of them. Called under the lock of logs. */
async function appendHeads(parent: string, heads: readonly OperationHead[]): Promise<void> {
  const path = join(parent, INDEX_FILE);
  const there = await lstat(path).catch(() => undefined);
  // What is no index of ours is none.
  const isOurs = there === undefined || (there.isFile() && there.size <= LARGEST_INDEX_BYTES);
  if (!isOurs) await removeIfThere(path);
  await appendDurably(path, linesOf(heads));
}

const linesOf = (heads: readonly OperationHead[]): string =>
  heads.map((head) => JSON.stringify(head) + '\n').join('');
