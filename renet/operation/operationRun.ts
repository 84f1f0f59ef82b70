import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError, toWire } from '../../shared/errors.ts';
import { usesPassphrase } from '../../shared/lifecycle.ts';
import type { Plan, Verdict } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { assignmentSchema } from '../../shared/protocol/protocol.ts';
import type { Assignment } from '../../shared/protocol/protocol.ts';
import { createFunctionTime } from '../functions/functionTime.ts';
import { forgetHeader } from '../volume/headers.ts';
import { removeIfThere } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { readJsonLine, writeJsonLine } from './start/jsonLines.ts';
import { noteHolder, withMachineLock } from './locks.ts';
import { openLog } from './log/operationLog.ts';
import type { StepDependencies } from './stepDependencies.ts';
import { digestOf, makePlan } from './plan.ts';
import type { MadePlan } from './plan.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { listUnfinished, reserve } from '../repository/repositories.ts';
import { removeOldLogs } from './log/retention.ts';
import { runPlan } from './runPlan.ts';
import type { Scope } from '../functions/scope.ts';
import { collectUnfinished } from './unfinished.ts';

/** What the detached process answers its starter: it holds the lock and the secret, or why it will not start. */
export type StartAnswer = { accepted: string } | { refused: ReturnType<typeof toWire> };

export interface OperationRunDependencies {
  machine: MachineDependencies;
  run: RunCommand;
  openScope: (name: string) => Scope;
  clock: () => number;
  /** Aborts when somebody cancels (SIGTERM to this process). */
  signal: AbortSignal;
}

/**
 * The detached process of one operation; it runs under the repository's lock already. It fetches its assignment, and
 * with it the secret, once from the starter's socket; without a starter nothing is changed.
 */
export async function runOperation(
  socketPath: string,
  dependencies: OperationRunDependencies,
): Promise<void> {
  const { paths } = dependencies.machine;
  const socket = connect(socketPath);
  const assignment = await receive(socket);
  const { operation, request, by, guid, parent } = assignment;
  const locked = [guid, ...(parent === undefined ? [] : [parent])];
  const answer = (value: StartAnswer): void => {
    // From here on the operation belongs to the machine: a starter that is gone changes nothing.
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
    for (const one of locked) await noteHolder(paths, one, undefined);
  }
}

/** What the starter hands over; it may be gone already, or go before it has. */
async function receive(socket: Socket): Promise<Assignment> {
  const received = await once(socket, 'connect')
    .then(() => readJsonLine(socket))
    .catch(() => undefined);
  if (received === undefined) throw new AppError('secret-not-delivered');
  return assignmentSchema.parse(received);
}

interface Prepared {
  plan: Plan;
  repository: RepositoryMetadata;
  parent?: RepositoryMetadata;
}

/** The plan, made under the lock; every refusal comes from here, before anything was changed. */
async function prepare(assignment: Assignment, machine: MachineDependencies): Promise<Prepared> {
  const { paths } = machine;
  const { verb } = assignment.request;
  if (verb === 'create' || verb === 'fork')
    return withMachineLock(paths, async () => {
      await collectUnfinished(machine);
      return prepareAsThingsAre(assignment, machine);
    });
  // The name or the space that is asked for may be of what a killed operation left.
  if ((verb === 'rename' || verb === 'resize') && (await listUnfinished(paths)).length > 0)
    await withMachineLock(paths, () => collectUnfinished(machine));
  return prepareAsThingsAre(assignment, machine);
}

async function prepareAsThingsAre(assignment: Assignment, machine: MachineDependencies): Promise<Prepared> {
  const { request, digest } = assignment;
  const made = await makePlan(machine, request);
  const { plan, repository } = made;
  if (digest !== undefined && digest !== digestOf(plan)) {
    throw new AppError('changed-since-preview', { name: request.repository });
  }
  refuseWithoutSecret(plan, assignment);
  if (repository !== undefined) return { plan, repository };
  return reserveFor(assignment, made, machine);
}

/** Gives what is yet to be made its name and network id, under the machine's lock. */
async function reserveFor(
  { guid }: Assignment,
  { plan, parent }: MadePlan,
  { paths }: MachineDependencies,
): Promise<Prepared> {
  const reserved = await reserve(paths, {
    ...{ guid, name: plan.repository.name, created: new Date().toISOString() },
    ...(parent === undefined ? {} : ancestry(parent, plan)),
  });
  return {
    plan: { ...plan, repository: { guid: reserved.guid, name: reserved.name } },
    repository: reserved,
    ...(parent === undefined ? {} : { parent }),
  };
}

/** What is written down of a fork's parent. A parent that was never mounted still has the data of its own. */
function ancestry({ guid, name, inherits }: RepositoryMetadata, plan: Plan): Partial<RepositoryMetadata> {
  const shares = plan.steps.some(({ kind }) => kind === 'share');
  return { parent: guid, inherits: inherits ?? { guid, name }, ...(shares ? { sharesSpace: true } : {}) };
}

function refuseWithoutSecret({ steps, repository: { name } }: Plan, { secret, newSecret }: Assignment): void {
  if (secret === undefined && steps.some(usesPassphrase)) throw new AppError('passphrase-missing', { name });
  if (newSecret === undefined && steps.some(({ kind }) => kind === 'change-passphrase'))
    throw new AppError('new-passphrase-missing', { name });
}

async function execute(
  assignment: Assignment,
  { plan, repository, parent }: Prepared,
  dependencies: OperationRunDependencies,
  accepted: () => void,
): Promise<void> {
  const { machine, clock } = dependencies;
  const { paths } = machine;
  const { operation, request, by, origin } = assignment;
  const head = {
    id: operation,
    verb: request.verb,
    repository: { guid: repository.guid, name: repository.name },
    origin,
    by,
    startedAt: clock(),
  };
  await removeOldLogs(paths, clock());
  const log = await openLog(paths, operation, clock);
  log.event({ type: 'started', operation: head });
  log.event({ type: 'plan', plan });
  accepted();
  const workFolder = join(paths.run, 'operations', operation);
  const files = [...new Set(plan.steps.flatMap((step) => step.file ?? []))];
  const work: StepDependencies = {
    operation,
    verb: request.verb,
    origin,
    by,
    hostname: hostname(),
    machine,
    run: dependencies.run,
    openScope: dependencies.openScope,
    workFolder,
    repository,
    parent,
    clock,
    options: request.options,
    owner: assignment.owner,
    secret: bytesOf(assignment.secret),
    newSecret: bytesOf(assignment.newSecret),
    log,
    notice: (notice: Notice) => log.event({ type: 'notice', notice }),
    signal: dependencies.signal,
    files,
    broken: new Map(),
    making: request.verb === 'create',
    time: createFunctionTime(dependencies.signal, request.options.timeLimit),
  };
  try {
    const verdict = await verdictEvenSo(plan, work);
    if (request.options.header) await forgetHeader(paths, request.options.header.id);
    log.event({ type: 'verdict', verdict });
  } finally {
    log.close();
    await removeIfThere(workFolder);
  }
}

function bytesOf(secret: string | undefined): Uint8Array | undefined {
  return secret === undefined ? undefined : Buffer.from(secret, 'base64');
}

/** A fault of ours still ends in a verdict that says so; silence would be taken for a lost operation. */
async function verdictEvenSo(plan: Plan, work: StepDependencies): Promise<Verdict> {
  try {
    return await runPlan(plan, work);
  } catch (error) {
    return { kind: 'failed', error: toWire(error), failures: [], notRun: [] };
  }
}
