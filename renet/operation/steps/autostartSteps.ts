import { AppError } from '../../../shared/errors.ts';
import type { AutostartSettings } from '../../../shared/metadata.ts';
import { autostartProblems } from '../../../shared/autostart.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { changed, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';
import { findRepository, writeMetadata } from '../../repository/repositories.ts';

/** Lets a repository start with the machine: its key, what was chosen, and the boot's unit. */
export function autostartEnableSteps(
  work: StepDependencies,
  options: OptionsOf<'autostart-enable'>,
): Performers<'check-passphrase' | 'add-key' | 'record' | 'enable-unit'> {
  const { machine, repository, secrets } = work;
  return {
    'check-passphrase': () => whenDone(machine.keys.checkPassphrase(repository, secrets.passphrase())),
    'add-key': async () => changed(await addKey(work)),
    record: () => whenDone(recordChoice(work, options)),
    'enable-unit': async () => changed(await machine.bootUnit.ensure()),
  };
}

/** Ends that: the key goes first. */
export function autostartDisableSteps(work: StepDependencies): Performers<'remove-key' | 'record'> {
  const { machine, repository } = work;
  return {
    'remove-key': async () => changed(await machine.keys.remove(repository)),
    record: async () => changed(await forgetChoice(work)),
  };
}

/** Makes the autostart key in place of a half-done or broken one. False: a good one is there. */
async function addKey({ repository, machine, secrets, notice }: StepDependencies): Promise<boolean> {
  const facts = await machine.keys.facts(repository);
  const found = facts.key.state === 'present' || facts.key.partial || facts.slot1;
  const problems = autostartProblems({ ...facts, name: repository.name, recorded: true });
  if (found && problems.length === 0) return false;
  if (found) notice({ code: 'key-renewed', details: { name: repository.name } });
  await machine.keys.add(repository, secrets.passphrase());
  return true;
}

/** Writes into the metadata what was chosen, and who agreed. */
async function recordChoice(work: StepDependencies, options: OptionsOf<'autostart-enable'>): Promise<void> {
  const { repository, machine, hostname } = work;
  const { autostart: before, ...others } = await findRepository(machine.paths, repository.guid, hostname);
  await writeMetadata(machine.paths, { ...others, autostart: await chosen(work, options, before) });
}

/** Takes out of the metadata that the repository starts with the machine. False: it was not there. */
async function forgetChoice({
  repository,
  machine,
  hostname,
}: Pick<StepDependencies, 'machine' | 'repository' | 'hostname'>): Promise<boolean> {
  const { autostart, ...others } = await findRepository(machine.paths, repository.guid, hostname);
  if (autostart === undefined) return false;
  await writeMetadata(machine.paths, others);
  return true;
}

/** Returns the choice to write down: what stands is kept where nothing was said, and the consent is this one. */
async function chosen(
  { machine, hostname, by }: StepDependencies,
  options: OptionsOf<'autostart-enable'>,
  before: AutostartSettings | undefined,
): Promise<AutostartSettings> {
  const after =
    typeof options.after === 'string'
      ? (await findRepository(machine.paths, options.after, hostname)).guid
      : options.after === null
        ? undefined
        : before?.after;
  const delay = options.delay === undefined ? before?.delay : options.delay || undefined;
  return {
    ...(after === undefined ? {} : { after }),
    ...(delay === undefined ? {} : { delay }),
    consent: { by, at: new Date().toISOString() },
  };
}

/** Takes back an enable that made a key and did not come to its end. */
export async function undoEnable(
  work: Pick<StepDependencies, 'machine' | 'repository' | 'hostname' | 'notice'>,
): Promise<void> {
  await work.machine.keys.remove(work.repository);
  await forgetChoice(work);
  work.notice({ code: 'rolled-back', details: {} });
}

/** Opens the volume by its autostart key. False: it was open already. Throws autostart-key-refused. */
export async function openByKey({ machine, repository }: StepDependencies, file: string): Promise<boolean> {
  const key = await machine.keys.read(repository);
  try {
    return await machine.volumes.open(repository, key, file, 1);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'wrong-passphrase') throw error;
    throw new AppError('autostart-key-refused', { name: repository.name }, { cause: error });
  } finally {
    key.fill(0);
  }
}
