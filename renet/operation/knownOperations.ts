import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { isGuid } from '../../shared/names.ts';
import type { OperationEvent, OperationSummary } from '../../shared/model.ts';
import { exists, hasCode, listIfThere, readTextIfThere } from '../host.ts';
import { EVENTS_FILE, logFolder, PROCESS_FILE } from './log/operationLog.ts';
import { operationsFolder, spareOperationsFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { isAlive } from '../process.ts';
import type { ProcessIdentity } from '../process.ts';

/** The number of operations that a list shows when its caller sets no limit. */
const DEFAULT_LIMIT = 50;

/**
 * Reads the events out of a log's text. A last line that a power cut left half written is left out, and so is a line
 * that the disk has spoiled; the numbers of the events show that one is missing.
 */
export function parseEvents(text: string): OperationEvent[] {
  const lines = text.split('\n');
  // The text after the last line end is either nothing or half a line.
  lines.pop();
  return lines.map(parsed).filter((event): event is OperationEvent => event !== undefined);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads which process writes an operation's log; undefined when the process never noted itself, or the disk spoiled the
 * note.
 */
async function processOf(folder: string): Promise<ProcessIdentity | undefined> {
  return parsed((await readTextIfThere(join(folder, PROCESS_FILE))) ?? '') as ProcessIdentity | undefined;
}

/** Tells whether the process of an operation still runs. `folder` is the folder of the operation's log. */
export async function isRunning(folder: string): Promise<boolean> {
  const identity = await processOf(folder);
  return identity !== undefined && isAlive(identity);
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
 * operation-not-found.
 */
export async function showOperation(paths: Paths, id: string): Promise<OperationSummary> {
  const folder = await findOperation(paths, id);
  // Asked before the log is read, so that a verdict written between the two is seen and the operation is not taken for
  // lost.
  const running = await isRunning(folder);
  const events = parseEvents((await readTextIfThere(join(folder, EVENTS_FILE))) ?? '');
  const first = events[0];
  if (first?.type !== 'started') throw new AppError('operation-not-found', { id });
  const last = events.at(-1);
  if (last?.type === 'verdict') {
    return { ...first.operation, state: last.verdict.kind, endedAt: last.at, verdict: last.verdict };
  }
  if (running) return { ...first.operation, state: 'running' };
  const verdict = { kind: 'lost' as const, failures: [], notRun: [] };
  return { ...first.operation, state: 'lost', endedAt: last?.at ?? first.at, verdict };
}

/**
 * Lists the newest operations, of one repository (`guid`) or of all, newest first. `ended` holds the operations known
 * to have ended: they are not read again, and newly ended ones are added to it.
 */
export async function listOperations(
  paths: Paths,
  filter: { guid?: string | undefined; limit?: number | undefined },
  ended = new Map<string, OperationSummary>(),
): Promise<OperationSummary[]> {
  const limit = filter.limit ?? DEFAULT_LIMIT;
  const found: OperationSummary[] = [];
  for (const id of await newestFirst(paths)) {
    if (found.length >= limit) break;
    const summary =
      ended.get(id) ??
      (await showOperation(paths, id).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'operation-not-found') return undefined;
        throw error;
      }));
    // An operation that looks lost may only not have noted its process yet, so it is read again the next time.
    if (summary?.verdict !== undefined && summary.state !== 'lost') ended.set(id, summary);
    if (summary && (filter.guid === undefined || summary.repository.guid === filter.guid))
      found.push(summary);
  }
  return found.sort((a, b) => b.startedAt - a.startedAt);
}

/** Lists the ids of all operations, the one that began last first. */
async function newestFirst(paths: Paths): Promise<string[]> {
  const folders = [operationsFolder(paths), spareOperationsFolder(paths)];
  const ids = (await Promise.all(folders.map(listIfThere))).flat().filter(isGuid);
  const dated = await Promise.all(
    ids.map(async (id) => {
      const found = await stat(join(logFolder(paths, id), PROCESS_FILE)).catch(() => undefined);
      return { id, at: found?.mtimeMs ?? 0 };
    }),
  );
  return dated.sort((a, b) => b.at - a.at).map(({ id }) => id);
}

/** Asks an operation to stop. Returns false when it had ended already. Throws operation-not-found. */
export async function cancelOperation(paths: Paths, id: string): Promise<boolean> {
  const folder = await findOperation(paths, id);
  const identity = await processOf(folder);
  if (identity === undefined || !isAlive(identity)) return false;
  try {
    process.kill(identity.pid, 'SIGTERM');
    return true;
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}
