import { AppError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/model.ts';
import type { AutostartSettings } from '../../../shared/metadata.ts';
import { autostartProblems } from '../../../shared/autostart.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { findRepository, writeMetadata } from '../../repository/repositories.ts';

/** Makes the autostart key unless a good one is there; a half-done or broken one is replaced. */
export async function addKey(work: StepDependencies, passphrase: Uint8Array): Promise<Outcome> {
  const { repository, machine } = work;
  const facts = await machine.keys.facts(repository);
  const found = facts.key.state === 'present' || facts.key.partial || facts.slot1;
  const problems = autostartProblems({ ...facts, name: repository.name, recorded: true });
  if (found && problems.length === 0) return 'already';
  if (found) work.notice({ code: 'key-renewed', details: { name: repository.name } });
  await machine.keys.add(repository, passphrase);
  return 'succeeded';
}

/** Writes into the metadata what was chosen and who agreed; after a disable, that it is off. */
export async function record(work: StepDependencies): Promise<Outcome> {
  const { repository, machine, verb, hostname } = work;
  const current = await findRepository(machine.paths, repository.guid, hostname);
  const { autostart: before, ...others } = current;
  if (verb === 'autostart-disable') {
    if (before === undefined) return 'already';
    await writeMetadata(machine.paths, others);
    return 'succeeded';
  }
  await writeMetadata(machine.paths, { ...others, autostart: await chosen(work, before) });
  return 'succeeded';
}

/** What stands is kept where nothing was said; who gave the passphrase agreed once more. */
async function chosen(
  work: StepDependencies,
  before: AutostartSettings | undefined,
): Promise<AutostartSettings> {
  const { options, machine, hostname } = work;
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
    consent: { by: work.by, at: new Date().toISOString() },
  };
}

/** Takes back an enable that made a key and did not come to its end. */
export async function undoEnable(work: StepDependencies): Promise<void> {
  const { machine, repository, hostname } = work;
  await machine.keys.remove(repository);
  const { autostart, ...others } = await findRepository(machine.paths, repository.guid, hostname);
  if (autostart !== undefined) await writeMetadata(machine.paths, others);
  work.notice({ code: 'rolled-back', details: {} });
}

/** Opens the volume by its key. False: it was open already. */
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
