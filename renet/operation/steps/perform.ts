import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, toAppError, toWire } from '../../../shared/errors.ts';
import type { FunctionName, Outcome, Step, StepResult } from '../../../shared/model.ts';
import { addressesOf, assignSlots, parseSlotsFile, renderSlotsFile } from '../../../shared/slots.ts';
import { gatherServices } from '../../compose/composeFiles.ts';
import { findFiles, listRepositoryFolders } from '../../repository/folders.ts';
import { runFunction } from '../../functions/functions.ts';
import { writeAtomically } from '../../host.ts';
import type { RunCommand } from '../../host.ts';
import { readInside, readInsideIfThere } from '../../repository/insideFile.ts';
import { dockerSocket, mountPath, partialFile, slotsFile, volumeFile } from '../../paths.ts';
import { addKey, openByKey, record } from './autostartSteps.ts';
import { changePassphrase, checkHeader, restoreHeader } from './keySteps.ts';
import { releaseServiceSlot, renameRepository } from './nameSteps.ts';
import { copyVolume, forkOf, leaveParent, shareVolume } from './forkSteps.ts';
import { checkKey, growRepository } from './volumeSteps.ts';
import { functionEnvironment } from '../../functions/shellText.ts';
import { readSlots } from '../../repository/slotsFile.ts';
import type { StepDependencies } from '../stepDependencies.ts';

type Performed = Omit<StepResult, 'step'>;

const done = (outcome: Outcome = 'succeeded'): Performed => ({ outcome });

/** Does one step; a fault becomes the step's failed result. */
export async function perform(step: Step, work: StepDependencies): Promise<StepResult> {
  try {
    return { step, ...(await performKind(step, work)) };
  } catch (error) {
    return { step, outcome: 'failed', error: toWire(error) };
  }
}

async function performKind(step: Step, work: StepDependencies): Promise<Performed> {
  const { volumes, daemons, keys } = work.machine;
  const { repository } = work;
  switch (step.kind) {
    case 'allocate':
      await volumes.allocate(repository.guid, work.options.size ?? 0);
      return done();
    case 'format':
      await volumes.format(repository.guid, secretOf(work));
      return done();
    case 'open':
      return done((await volumes.open(repository, secretOf(work), volumeOf(work))) ? 'succeeded' : 'already');
    case 'filesystem':
      await volumes.makeFileSystem(repository.guid);
      return done();
    case 'mount':
      await volumes.mount(repository);
      return done();
    case 'handover':
      await volumes.handOver(repository.guid, work.owner);
      return done();
    case 'commit':
      await volumes.commit(repository);
      return done();
    case 'daemon-start':
      return done((await daemons.start(repository)) ? 'succeeded' : 'already');
    case 'discover':
      return done();
    case 'slots':
      return assignAddresses(work);
    case 'check':
      return checkFiles(step, work);
    case 'function':
      return callFunction(step, work);
    case 'daemon-stop':
      await daemons.stop(repository);
      return done();
    case 'unmount':
      return unmount(work);
    case 'close':
      await volumes.close(repository);
      return done();
    case 'remove':
      await keys.forget(repository.guid);
      await volumes.remove(repository);
      return done();
    case 'open-by-key':
      return done((await openByKey(work, volumeOf(work))) ? 'succeeded' : 'already');
    case 'check-passphrase':
      await keys.checkPassphrase(repository, secretOf(work));
      return done();
    case 'add-key':
      return done(await addKey(work, secretOf(work)));
    case 'remove-key':
      return done((await keys.remove(repository)) ? 'succeeded' : 'already');
    case 'record':
      return done(await record(work));
    case 'enable-unit':
      return done((await work.machine.bootUnit.ensure()) ? 'succeeded' : 'already');
    case 'rename':
      return done(await renameRepository(work));
    case 'release-slot':
      return done(await releaseServiceSlot(work));
    case 'share':
      await shareVolume(work);
      return done();
    case 'copy':
      return done(await copyVolume(work));
    case 'renew':
      await work.machine.forks.renew(forkOf(work));
      return done();
    case 'forget-parent':
      await leaveParent(work);
      return done();
    case 'check-key':
      await checkKey(work);
      return done();
    case 'grow':
      return done(await growRepository(work, () => secretOf(work)));
    case 'change-passphrase':
      return done(await changePassphrase(work, secretOf(work), newSecretOf(work)));
    case 'check-header':
      return done(await checkHeader(work));
    case 'restore-header':
      return done(await restoreHeader(work));
  }
}

async function unmount({ machine, repository, origin, notice }: StepDependencies): Promise<Performed> {
  // Who still holds the volume when the machine goes down would be ended a moment later, and the data with them.
  const holders = await machine.volumes.unmount(repository, { endHolders: origin === 'shutdown' });
  if (holders !== '') notice({ code: 'holders-ended', details: { name: repository.name, holders } });
  return done();
}

function secretOf(work: StepDependencies): Uint8Array {
  if (work.secret === undefined) throw new AppError('passphrase-missing', { name: work.repository.name });
  return work.secret;
}

function newSecretOf({ newSecret, repository }: StepDependencies): Uint8Array {
  if (newSecret === undefined) throw new AppError('new-passphrase-missing', { name: repository.name });
  return newSecret;
}

function volumeOf({ making, machine: { paths }, repository }: StepDependencies): string {
  return making ? partialFile(paths, repository.guid) : volumeFile(paths, repository.guid);
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
async function checkFiles(step: Step, work: StepDependencies): Promise<Performed> {
  const root = mountPath(work.machine.paths, work.repository.guid);
  for (const file of work.files) {
    try {
      await checkFile(root, file, work.run);
    } catch (error) {
      work.broken.set(file, toAppError(error));
    }
  }
  // A down goes on: a broken file fails when its turn comes, and a folder that cannot be told has no turn but this.
  const faults = step.onFailure === 'continue' ? await untold(root) : work.broken.values();
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

async function callFunction(step: Step, work: StepDependencies): Promise<Performed> {
  const { file, function: name } = step;
  if (file === undefined || name === undefined)
    throw new AppError('internal', { reason: 'a function step without one' });
  const { paths, volumes } = work.machine;
  const { guid, networkId } = work.repository;
  const root = mountPath(paths, guid);
  // The volume may have been taken away by hand since the plan: a function must not write beneath the mount.
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name: work.repository.name });
  const fault = work.broken.get(file);
  if (fault !== undefined) throw fault;
  const timedOut = (): AppError =>
    new AppError('function-timed-out', {
      function: name,
      file,
      seconds: work.time.seconds ?? 0,
      operation: work.operation,
    });
  if (work.time.isOver()) throw timedOut();
  await readInside(root, file);
  const result = await runFunction({
    file: join(root, file),
    name,
    environment: functionEnvironment({
      path: root,
      guid,
      networkId,
      dockerHost: `unix://${dockerSocket(networkId)}`,
      addresses: await addressesFor(name, work),
    }),
    workFolder: join(work.workFolder, String(step.index)),
    scope: work.openScope(`function-${step.index}`),
    onOutput: (bytes) => work.log.output(bytes),
    onWaitingForInput: () => work.notice({ code: 'waiting-for-input', details: { file, function: name } }),
    signal: work.time.signal(),
  });
  if (result.leftovers.length > 0) {
    const processes = result.leftovers.map((process) => `${process.name} (${process.pid})`).join(', ');
    work.notice({ code: 'left-running', details: { file, processes } });
  }
  if (result.cancelled && work.time.isOver()) throw timedOut();
  if (result.cancelled) return { outcome: 'cancelled', exitCode: result.exitCode };
  if (!result.defined) return { outcome: 'not-defined' };
  if (result.exitCode === 0) return { outcome: 'succeeded', exitCode: 0 };
  const details = { function: name, file, exitCode: result.exitCode, operation: work.operation };
  return {
    outcome: 'failed',
    exitCode: result.exitCode,
    error: toWire(new AppError('function-failed', details)),
  };
}
