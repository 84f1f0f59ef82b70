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

/** Lists show this many when nobody says how many. */
const DEFAULT_LIMIT = 50;

/**
 * The events of a log's text; a last line cut short by a power cut is left out, and so is a line that the disk has
 * spoiled: the numbers of the others tell that it is missing.
 */
export function parseEvents(text: string): OperationEvent[] {
  const lines = text.split('\n');
  // What follows the last line end is either nothing or half a line.
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

/** The process that writes an operation's log; undefined when it never came to note itself, or the disk spoiled that. */
async function processOf(folder: string): Promise<ProcessIdentity | undefined> {
  return parsed((await readTextIfThere(join(folder, PROCESS_FILE))) ?? '') as ProcessIdentity | undefined;
}

/** True while the operation's process runs. */
export async function isRunning(folder: string): Promise<boolean> {
  const identity = await processOf(folder);
  return identity !== undefined && isAlive(identity);
}

/** The folder of an operation that exists; throws operation-not-found. */
export async function findOperation(paths: Paths, id: string): Promise<string> {
  const folder = logFolder(paths, id);
  if (!isGuid(id) || !(await exists(join(folder, EVENTS_FILE))))
    throw new AppError('operation-not-found', { id });
  return folder;
}

/** An operation as lists show it; `lost` when its process is gone without a verdict. */
export async function showOperation(paths: Paths, id: string): Promise<OperationSummary> {
  const folder = await findOperation(paths, id);
  // Asked before the log is read: a verdict written in between is then seen, and never taken for a loss.
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
 * The newest operations, of one repository (its GUID) or of all, newest first. `ended`: what is known already of those
 * that have ended, which is not read again; kept up to date.
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
    // One that looks lost may only not have noted its process yet.
    if (summary?.verdict !== undefined && summary.state !== 'lost') ended.set(id, summary);
    if (summary && (filter.guid === undefined || summary.repository.guid === filter.guid))
      found.push(summary);
  }
  return found.sort((a, b) => b.startedAt - a.startedAt);
}

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

/** Asks an operation to stop. False: it had ended already. */
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
