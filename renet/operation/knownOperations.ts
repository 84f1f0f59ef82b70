import { join } from 'node:path';
import { AppError, toAppError, toWire } from '../../shared/errors.ts';
import { isGuid } from '../../shared/names.ts';
import type { OperationHead, OperationSummary, UnreadableOperation } from '../../shared/model.ts';
import { clockDoubt } from '../../shared/operationClock.ts';
import { exists, hasCode } from '../host.ts';
import { EVENTS_FILE, loadLogParser } from './log/events.ts';
import type { LogParser } from './log/events.ts';
import { damagedLog, readEnds } from './log/logFiles.ts';
import { knownLogs } from './log/logIndex.ts';
import type { KnownLog } from './log/logIndex.ts';
import { isRunning, livingProcess } from './log/logProcess.ts';
import { logFolder } from './log/operationLog.ts';
import { runningOperations } from './locks.ts';
import type { Paths } from '../paths.ts';

/** The number of operations that a list shows when its caller sets no limit, and the most that it ever shows. */
const DEFAULT_LIMIT = 50;
const MOST_LISTED = 500;

/** The bytes that the summaries of a list take together, as JSON; a list with more ends there. */
const LIST_BYTES = 4 * 1024 * 1024;

/** The operations that a list shows. */
interface OperationFilter {
  readonly guid?: string | undefined;
  readonly limit?: number | undefined;
}

/** A list of operations, the newest first, and the logs among them that cannot be read. */
interface ListedOperations {
  readonly operations: OperationSummary[];
  readonly unreadable: UnreadableOperation[];
}

/** Finds the folder of an existing operation's log. Throws operation-not-found. */
export async function findOperation(paths: Paths, id: string): Promise<string> {
  const folder = logFolder(paths, id);
  if (!isGuid(id) || !(await exists(join(folder, EVENTS_FILE))))
    throw new AppError('operation-not-found', { id });
  return folder;
}

/**
 * Returns an operation as lists show it; `lost` when its process is gone and left no verdict. Throws
 * operation-not-found, operation-log-damaged.
 */
export async function showOperation(paths: Paths, id: string): Promise<OperationSummary> {
  const folder = await findOperation(paths, id);
  const logs = await knownLogs(paths);
  const at = logs.findIndex((log) => log.id === id);
  const summary = await summarize(paths, logs[at] ?? { id, folder }, await loadLogParser());
  if (summary === undefined) throw new AppError('operation-not-found', { id });
  return withDoubt(summary, logs[at + 1]);
}

/**
 * Reads what a log came to; undefined for one that has not begun. Only its ends are read. Throws operation-log-damaged
 * when neither the index nor the log tells what it is about.
 */
async function summarize(
  paths: Paths,
  log: KnownLog,
  parser: LogParser,
): Promise<OperationSummary | undefined> {
  const path = join(log.folder, EVENTS_FILE);
  // Asked before the log is read, so that a verdict written between the two is seen and the operation is not taken for
  // lost.
  const running = await isRunning(paths, log.folder);
  const ends = await readEnds(path);
  if (ends === undefined) return undefined;
  const first = parser.event(ends.first);
  const head = first?.type === 'started' ? first.operation : parser.head(log.head);
  if (head === undefined) throw damagedLog(path, 'its first line is spoiled');
  const last = parser.event(ends.last);
  if (last?.type === 'verdict')
    return { ...head, state: last.verdict.kind, endedAt: last.at, verdict: last.verdict };
  if (running) return { ...head, state: 'running' };
  const verdict = { kind: 'lost' as const, failures: [], notRun: [] };
  return { ...head, state: 'lost', endedAt: last?.at ?? head.startedAt, verdict };
}

/** Adds why the times of an operation cannot be believed, if so. `before`: the log before it. */
function withDoubt(summary: OperationSummary, before: KnownLog | undefined): OperationSummary {
  const clock = clockDoubt(summary, { before: before?.head?.startedAt, now: Date.now() });
  return clock === undefined ? summary : { ...summary, clock };
}

/** Lists operations as `surveyOperations` does, without the logs that cannot be read. */
export async function listOperations(
  paths: Paths,
  filter: OperationFilter,
  ended = new Map<string, OperationSummary>(),
): Promise<OperationSummary[]> {
  return (await surveyOperations(paths, filter, ended)).operations;
}

/**
 * Lists the newest operations, of one repository (`guid`) or of all, and all that run, newest first: by the numbers of
 * their logs, not by a clock. A log that cannot be read is an entry of its own. `ended` holds the operations known to
 * have ended: they are not read again, newly ended ones are added to it, and those that are listed no more are removed.
 */
export async function surveyOperations(
  paths: Paths,
  { guid, limit = DEFAULT_LIMIT }: OperationFilter,
  ended = new Map<string, OperationSummary>(),
): Promise<ListedOperations> {
  const logs = await knownLogs(paths);
  const parser = await loadLogParser();
  const running = await runningOperations(paths);
  const operations: OperationSummary[] = [];
  const unreadable: UnreadableOperation[] = [];
  let bytes = 0;
  for (const [index, log] of logs.entries()) {
    const isFull = operations.length >= Math.min(limit, MOST_LISTED) || bytes > LIST_BYTES;
    if (guid !== undefined && log.head?.repository.guid !== guid) continue;
    // A log whose head cannot be read stands at the end of the list, and is named however long the list is.
    const isWanted =
      log.head === undefined ? unreadable.length < MOST_LISTED : !isFull || running.has(log.id);
    if (!isWanted) continue;
    try {
      const summary = ended.get(log.id) ?? (await summarize(paths, log, parser));
      if (summary === undefined) continue;
      // An operation that looks lost may only not have noted its process yet, so it is read again the next time.
      if (summary.verdict !== undefined && summary.state !== 'lost') ended.set(log.id, summary);
      operations.push(withDoubt(summary, logs[index + 1]));
      bytes += JSON.stringify(summary).length;
    } catch (error) {
      unreadable.push(unreadableLog(log, error, parser));
    }
  }
  const listed = new Set(operations.map(({ id }) => id));
  for (const id of ended.keys()) if (!listed.has(id)) ended.delete(id);
  return { operations, unreadable };
}

/** Returns the entry of a log that cannot be read, with what the index knows of it. */
function unreadableLog({ id, head }: KnownLog, error: unknown, parser: LogParser): UnreadableOperation {
  const known: OperationHead | undefined = parser.head(head);
  const told = toAppError(error);
  const reason = told.code === 'operation-log-damaged' ? told : damagedReason(id, told);
  return { ...known, id, state: 'unreadable', error: toWire(reason) };
}

const damagedReason = (id: string, { message }: AppError): AppError =>
  new AppError('operation-log-damaged', { id, reason: message });

/** Asks an operation to stop. Returns false when it had ended already. Throws operation-not-found. */
export async function cancelOperation(paths: Paths, id: string): Promise<boolean> {
  const folder = await findOperation(paths, id);
  const identity = await livingProcess(paths, folder);
  if (identity === undefined) return false;
  try {
    process.kill(identity.pid, 'SIGTERM');
    return true;
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}
