import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toAppError, toWire } from '../../../shared/errors.ts';
import type { FailureRule, FunctionName, FunctionStep } from '../../../shared/model.ts';
import type { Starting } from '../../../shared/planSteps.ts';
import { addressesOf, assignSlots, parseSlotsFile, renderSlotsFile } from '../../../shared/slots.ts';
import { gatherServices } from '../../compose/composeFiles.ts';
import { findFiles, listRepositoryFolders } from '../../repository/folders.ts';
import { runFunction } from '../../functions/functions.ts';
import type { FunctionResult } from '../../functions/functions.ts';
import { writeAtomically } from '../../host.ts';
import type { RunCommand } from '../../host.ts';
import { readInside, readInsideIfThere } from '../../repository/insideFile.ts';
import { dockerSocket, mountPath, slotsFile } from '../../paths.ts';
import { functionEnvironment } from '../../functions/shellText.ts';
import { readSlots } from '../../repository/slotsFile.ts';
import type { FunctionDependencies, StepDependencies } from '../stepDependencies.ts';
import { changed, done } from './perform.ts';
import type { Performed, Performers } from './perform.ts';

/** Prepares what functions need, and calls them. */
export function functionSteps(work: FunctionDependencies): Performers<Starting | 'discover'> {
  const { machine, repository } = work;
  return {
    // Done already: the volume is mounted, and the run looks at it before it goes on.
    discover: () => Promise.resolve(done()),
    'daemon-start': async () => changed(await machine.daemons.start(repository)),
    slots: () => assignAddresses(work),
    check: ({ onFailure }) => checkFiles(onFailure, work),
    function: (step) => callFunction(step, work),
  };
}

/** Finds the services of every compose file and writes the addresses of new ones into .rediacc.json. */
async function assignAddresses(work: StepDependencies): Promise<Performed> {
  const { paths } = work.machine;
  const root = mountPath(paths, work.repository.guid);
  const file = slotsFile(paths, work.repository.guid);
  const found = await gatherServices(root, await listRepositoryFolders(root));
  const text = await readInsideIfThere(root, '.rediacc.json');
  const assigned = assignSlots(parseSlotsFile(text, file), found.services);
  for (const notice of [...found.notices, ...assigned.notices]) work.notice(notice);
  if (assigned.added.length === 0) return done(text === undefined ? 'succeeded' : 'already');
  const { uid, gid } = await lstat(root);
  await writeAtomically(file, renderSlotsFile(assigned.file), { mode: 0o644, uid, gid });
  const services = assigned.added.map(({ service, slot }) => `${service} ${slot}`).join(', ');
  work.notice({ code: 'services-assigned', details: { services } });
  return done();
}

/** `bash -n` on every file before any function runs: what cannot be read must not run half. */
async function checkFiles(onFailure: FailureRule, work: FunctionDependencies): Promise<Performed> {
  const root = mountPath(work.machine.paths, work.repository.guid);
  for (const file of work.files) {
    try {
      await checkFile(root, file, work.run);
    } catch (error) {
      work.broken.set(file, toAppError(error));
    }
  }
  // A down goes on: a broken file fails when its turn comes, and a folder that cannot be told has no turn but this.
  const faults = onFailure === 'continue' ? await untold(root) : work.broken.values();
  const [first] = faults;
  return first === undefined ? done() : { outcome: 'failed', error: toWire(first) };
}

async function checkFile(root: string, file: string, run: RunCommand): Promise<void> {
  await readInside(root, file);
  const checked = await run(['bash', '-n', join(root, file)], { expected: [0, 1, 2] });
  if (checked.exitCode === 0) return;
  const reason = checked.stderr.replaceAll(`${root}/`, '').trim();
  throw new AppError('rediaccfile-syntax', { file, reason });
}

async function untold(root: string): Promise<AppError[]> {
  return (await findFiles(root)).faults.map(({ error }) => error);
}

/**
 * One {SERVICE}_IP per service. A down goes without those that cannot be known, as its plan says; a prep or an up would
 * start on other addresses than its own.
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

async function callFunction(step: FunctionStep, work: FunctionDependencies): Promise<Performed> {
  const { paths, volumes } = work.machine;
  const { guid, name } = work.repository;
  // The volume may have been taken away by hand since the plan: a function must not write beneath the mount.
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const fault = work.broken.get(step.file);
  if (fault !== undefined) throw fault;
  refuseTooLate(step, work);
  const root = mountPath(paths, guid);
  await readInside(root, step.file);
  const result = await runStep(step, root, work);
  if (result.leftovers.length > 0) {
    const processes = result.leftovers.map((process) => `${process.name} (${process.pid})`).join(', ');
    work.notice({ code: 'left-running', details: { file: step.file, processes } });
  }
  if (result.cancelled) refuseTooLate(step, work);
  return performed(step, result, work.operation);
}

/** Throws function-timed-out when the time of the functions is over. */
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
  work: FunctionDependencies,
): Promise<FunctionResult> {
  const { file, function: name, index } = step;
  const { guid, networkId } = work.repository;
  return runFunction({
    file: join(root, file),
    name,
    environment: functionEnvironment({
      path: root,
      guid,
      networkId,
      dockerHost: `unix://${dockerSocket(networkId)}`,
      addresses: await addressesFor(name, work),
    }),
    workFolder: join(work.workFolder, String(index)),
    scope: work.openScope(`function-${index}`),
    onOutput: (bytes) => work.log.output(bytes),
    onWaitingForInput: () => work.notice({ code: 'waiting-for-input', details: { file, function: name } }),
    signal: work.time.signal(),
  });
}

/** How the step of a function ended, by what became of the function. */
function performed(
  { file, function: name }: FunctionStep,
  { cancelled, defined, exitCode }: FunctionResult,
  operation: string,
): Performed {
  if (cancelled) return { outcome: 'cancelled', exitCode };
  if (!defined) return done('not-defined');
  if (exitCode === 0) return { outcome: 'succeeded', exitCode };
  const error = toWire(new AppError('function-failed', { function: name, file, exitCode, operation }));
  return { outcome: 'failed', exitCode, error };
}
