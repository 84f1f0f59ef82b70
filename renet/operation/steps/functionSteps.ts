import { join } from 'node:path';
import { AppError, toAppError, toWire } from '../../../shared/errors.ts';
import type { FailureRule, FunctionName, FunctionStep } from '../../../shared/model.ts';
import type { Starting } from '../../../shared/plan/planSteps.ts';
import { addressesOf, assignedNotice, assignSlots } from '../../../shared/network/slots.ts';
import { gatherServices } from '../../compose/composeFiles.ts';
import { keepHostsFiles } from '../../compose/hostsFiles.ts';
import { noteWall } from '../../docker/neighbours.ts';
import { reachOf } from '../../repository/allowed.ts';
import { findFiles, listRepositoryFolders } from '../../repository/folders.ts';
import { runFunction } from '../../functions/functions.ts';
import type { FunctionResult } from '../../functions/functions.ts';
import { checkRediaccfile } from '../../functions/syntax.ts';
import { readInside } from '../../repository/insideFile.ts';
import { dockerSocket, mountPath } from '../../paths.ts';
import { isAnothersFolder } from '../../volume/daemonFolder.ts';
import { functionEnvironment } from '../../functions/shellText.ts';
import { changeSlots, readSlots } from '../../repository/slotsFile.ts';
import type { FunctionDependencies, StepDependencies } from '../stepDependencies.ts';
import { changed, done } from './perform.ts';
import type { Performed, Performers } from './perform.ts';

/** Returns the steps that prepare for the functions of Rediaccfiles and call them. */
export function functionPerformers(dependencies: FunctionDependencies): Performers<Starting | 'discover'> {
  return {
    // Nothing to do: the volume is mounted, and the run completes its plan after this step.
    discover: () => Promise.resolve(done()),
    'daemon-start': () => startDaemon(dependencies),
    slots: () => assignAddresses(dependencies),
    check: ({ onFailure }) => checkFiles(onFailure, dependencies),
    function: (step) => callFunction(step, dependencies),
  };
}

/** Starts the repository's daemon, and notes whether this machine keeps it from other repositories' addresses. */
async function startDaemon({ machine, repository }: StepDependencies): Promise<Performed> {
  await machine.volumes.secure(repository);
  // Docker starts some containers by itself, and what they have mounted is gone after a boot. Slots that cannot be read are
  // told of by the step that assigns them.
  if (!(await isAnothersFolder(machine.paths, repository)))
    await keepHostsFiles(machine.paths, repository).catch(() => undefined);
  const started = await machine.daemons.start(repository, await reachOf(machine.paths, repository));
  await noteWall(machine.paths);
  return changed(started);
}

/** Finds the services of all compose files, and writes the addresses of new ones into .rediacc.json. */
async function assignAddresses(dependencies: FunctionDependencies): Promise<Performed> {
  const { machine, repository, told, notice } = dependencies;
  const { paths } = machine;
  const root = mountPath(paths, repository.guid);
  const found = await gatherServices(machine.readProject, root, await listRepositoryFolders(root));
  const known = new Set(told.map((one) => JSON.stringify(one)));
  for (const one of found.notices.filter((each) => !known.has(JSON.stringify(each)))) notice(one);
  const { isNew, added, notices } = await changeSlots(paths, repository.guid, (now) => {
    const { file, ...assigned } = assignSlots(now ?? { services: {} }, found.services);
    const answer = { isNew: now === undefined, ...assigned };
    return assigned.added.length === 0 ? { answer } : { file, answer };
  });
  for (const one of notices) notice(one);
  // New services too, also for containers that a function starts without `renet compose`.
  await keepHostsFiles(paths, repository);
  if (added.length === 0) return done(isNew ? 'succeeded' : 'already');
  notice(assignedNotice(added));
  return done();
}

/** Checks every Rediaccfile before any function runs: a file with an error in it must not run half. */
async function checkFiles(onFailure: FailureRule, dependencies: FunctionDependencies): Promise<Performed> {
  const root = mountPath(dependencies.machine.paths, dependencies.repository.guid);
  for (const file of dependencies.files) {
    try {
      await checkRediaccfile(root, file, dependencies.run);
    } catch (error) {
      dependencies.broken.set(file, toAppError(error));
    }
  }
  // A down and a boot go on. A broken file fails when its function is called; a folder whose Rediaccfile cannot be
  // determined has no function to call, so it fails here.
  const faults = onFailure === 'continue' ? await untold(root) : dependencies.broken.values();
  const [first] = faults;
  return first === undefined ? done() : { outcome: 'failed', error: toWire(first) };
}

/** Returns the errors of folders whose Rediaccfile cannot be determined. */
async function untold(root: string): Promise<AppError[]> {
  return (await findFiles(root)).faults.map(({ error }) => error);
}

/**
 * Returns one {SERVICE}_IP per service. A down does without them when .rediacc.json cannot be read, as its plan says;
 * prep and up throw, because they would start services on wrong addresses.
 */
async function addressesFor(
  name: FunctionName,
  { machine: { paths }, repository: { guid, networkId } }: StepDependencies,
): Promise<Record<string, string>> {
  try {
    return addressesOf(await readSlots(paths, guid), networkId);
  } catch (error) {
    if (name === 'down') return {};
    throw error;
  }
}

async function callFunction(step: FunctionStep, dependencies: FunctionDependencies): Promise<Performed> {
  const { paths, volumes } = dependencies.machine;
  const { guid, name } = dependencies.repository;
  // The volume may have been unmounted by hand since the plan was made; a function must not write into the empty
  // folder.
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const fault = dependencies.broken.get(step.file);
  if (fault !== undefined) throw fault;
  refuseTooLate(step, dependencies);
  const root = mountPath(paths, guid);
  await readInside(root, step.file);
  const result = await runStep(step, root, dependencies);
  if (result.leftovers.length > 0) {
    const processes = result.leftovers.map((process) => `${process.name} (${process.pid})`).join(', ');
    dependencies.notice({ code: 'left-running', details: { file: step.file, processes } });
  }
  if (result.cancelled) refuseTooLate(step, dependencies);
  return performed(step, result, dependencies.operation);
}

/** Throws function-timed-out when the functions' time is used up. */
function refuseTooLate(
  { file, function: name }: FunctionStep,
  { time, operation }: FunctionDependencies,
): void {
  const seconds = time.spent();
  if (seconds !== undefined)
    throw new AppError('function-timed-out', { function: name, file, seconds, operation });
}

async function runStep(
  step: FunctionStep,
  root: string,
  dependencies: FunctionDependencies,
): Promise<FunctionResult> {
  const { file, function: name, index } = step;
  const { guid, networkId } = dependencies.repository;
  return runFunction({
    file: join(root, file),
    name,
    environment: functionEnvironment({
      path: root,
      guid,
      networkId,
      dockerHost: `unix://${dockerSocket(networkId)}`,
      addresses: await addressesFor(name, dependencies),
    }),
    workFolder: join(dependencies.workFolder, String(index)),
    scope: dependencies.openScope(`function-${index}`),
    onOutput: (bytes) => dependencies.log.output(bytes),
    onWaitingForInput: () =>
      dependencies.notice({ code: 'waiting-for-input', details: { file, function: name } }),
    signal: dependencies.time.signal(),
  });
}

/** Returns how a step ended, from how its function ended. */
function performed(
  { file, function: name }: FunctionStep,
  { cancelled, defined, exitCode, fileEnd }: FunctionResult,
  operation: string,
): Performed {
  if (cancelled) return { outcome: 'cancelled', exitCode };
  if (fileEnd !== undefined) {
    const { line } = fileEnd;
    const reason = fileEnd.defined ? 'ended-after' : 'ended-before';
    const place = { file, function: name, exitCode, operation, reason };
    const error =
      line === undefined
        ? new AppError('rediaccfile-ended', place)
        : new AppError('rediaccfile-ended-at', { ...place, line });
    return { outcome: 'failed', exitCode, error: toWire(error) };
  }
  if (!defined) return done('not-defined');
  if (exitCode === 0) return { outcome: 'succeeded', exitCode };
  const error = toWire(new AppError('function-failed', { function: name, file, exitCode, operation }));
  return { outcome: 'failed', exitCode, error };
}
