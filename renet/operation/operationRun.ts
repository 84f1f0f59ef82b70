import { hostname } from 'node:os';
import { AppError, toWire } from '../../shared/errors.ts';
import type { Verdict } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import { wipeSecrets } from '../../shared/secrets/secretJson.ts';
import type { Assignment } from '../../shared/protocol/protocol.ts';
import { forgetHeader } from '../volume/headers.ts';
import { removeIfThere } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { receiveAssignment } from './start/handOver.ts';
import { writeJsonLine } from './start/jsonLines.ts';
import { noteHolder } from './locks.ts';
import { keepLastLines } from './log/lastLines.ts';
import type { StepLog } from './log/lastLines.ts';
import { openOperationLog } from './log/operationLog.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import type { Paths } from '../paths.ts';
import { bootClock } from '../process.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { removeOldLogs } from './log/retention.ts';
import { removeLeftWork, workFolderOf } from './workFolders.ts';
import { runVerb } from './runVerb.ts';
import type { Scope } from '../functions/scope.ts';
import type { StepDependencies } from './stepDependencies.ts';

/**
 * The answer of the detached process to its starter: accepted once it holds lock and secret, or the reason why it does
 * not run.
 */
type StartAnswer = { accepted: string } | { refused: ReturnType<typeof toWire> };

/** The dependencies of the process that runs one operation. */
interface OperationRunDependencies {
  machine: MachineDependencies;
  run: RunCommand;
  openScope: (name: string) => Scope;
  clock: () => number;
  /** Aborts when the operation is cancelled (SIGTERM to this process). */
  signal: AbortSignal;
}

/**
 * Runs one operation, in its detached process, which holds the repository's lock already. Fetches the assignment, and
 * with it the secret, from the starter's socket, which gives it once. Throws secret-not-delivered, before anything is
 * changed, when there is no starter.
 */
export async function runOperation(
  socketPath: string,
  dependencies: OperationRunDependencies,
): Promise<void> {
  const { paths } = dependencies.machine;
  const received = await receiveAssignment(socketPath);
  if (received === undefined) throw new AppError('secret-not-delivered');
  const { socket, assignment } = received;
  const { operation, request, by, guid, parent } = assignment;
  const locked = [guid, ...(parent === undefined ? [] : [parent])];
  const answer = (value: StartAnswer): void => {
    // From here on the operation does not need its starter, so it goes on when the starter is gone.
    socket.on('error', () => undefined);
    writeJsonLine(socket, value);
    socket.end();
  };
  try {
    for (const one of locked) await noteHolder(paths, one, { operation, verb: request.verb, by });
    const prepared = await prepare(assignment, dependencies.machine);
    await execute(assignment, prepared, dependencies, () => answer({ accepted: operation }));
  } catch (error) {
    if (!socket.writableEnded) answer({ refused: toWire(error) });
    throw error;
  } finally {
    wipeSecrets(assignment);
    for (const one of locked) await noteHolder(paths, one, undefined);
  }
}

async function execute(
  { operation, request, by, origin, owner, ahead }: Assignment,
  { prepared, secrets, kept }: Awaited<ReturnType<typeof prepare>>,
  { machine, run, openScope, clock, signal }: OperationRunDependencies,
  accepted: () => void,
): Promise<void> {
  const { paths } = machine;
  const { plan, repository } = prepared;
  const { guid, name } = repository;
  const { verb } = request;
  const asked = ahead === undefined ? {} : { ahead };
  await tidy(paths, { guid, now: bootClock() });
  const about = { id: operation, verb, repository: { guid, name }, origin, by, ...asked };
  const { head, log: opened } = await openOperationLog(paths, about, clock);
  const log = keepLastLines(opened);
  log.event({ type: 'started', operation: head });
  log.event({ type: 'plan', plan });
  accepted();
  const workFolder = workFolderOf(paths, operation);
  const notice = (told: Notice): void => log.event({ type: 'notice', notice: told });
  for (const { message: reason } of kept) notice({ code: 'unfinished-kept', details: { reason } });
  const dependencies = {
    ...{ operation, origin, by, hostname: hostname(), machine, run, openScope, workFolder },
    ...{ repository, owner, secrets, log, notice, signal, clock: () => performance.now() },
  };
  try {
    const verdict = await verdictEvenSo(prepared, dependencies);
    // A copy that cannot be removed ends with the boot.
    if (request.verb === 'header-restore')
      await forgetHeader(paths, request.options.header.id).catch(() => undefined);
    log.event({ type: 'verdict', verdict });
  } finally {
    log.close();
    await removeIfThere(workFolder);
  }
}

/** Removes what earlier operations left. No operation is kept from running because that fails. */
async function tidy(paths: Paths, about: Parameters<typeof removeOldLogs>[1]): Promise<void> {
  try {
    // Before old logs go: they tell whose work is left.
    await removeLeftWork(paths);
    await removeOldLogs(paths, about);
  } catch {
    // The next operation tries again.
  }
}

/** Runs the verb. A fault in the program becomes a verdict too: an operation without one would be taken for lost. */
async function verdictEvenSo(
  prepared: Prepared,
  dependencies: StepDependencies & { log: StepLog },
): Promise<Verdict> {
  try {
    return await runVerb(prepared, dependencies);
  } catch (error) {
    return { kind: 'failed', error: toWire(error), failures: [], notRun: [] };
  }
}
