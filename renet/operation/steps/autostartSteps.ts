import { AppError, toAppError } from '../../../shared/errors.ts';
import type { AutostartSettings } from '../../../shared/metadata.ts';
import { autostartProblems } from '../../../shared/autostart.ts';
import type { OptionsOf } from '../../../shared/verbs.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { changed, done, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';
import { volumeFile } from '../../paths.ts';
import { findRepository, writeMetadata } from '../../repository/repositories.ts';
import type { AutostartKeys } from '../../volume/autostartKeys.ts';

type KeyFacts = Awaited<ReturnType<AutostartKeys['facts']>>;

/**
 * Returns the steps that let a repository start with the machine: they make its key, record the choice and enable the
 * boot's unit.
 */
export function autostartEnablePerformers(
  dependencies: StepDependencies,
  options: OptionsOf<'autostart-enable'>,
): Performers<'check-passphrase' | 'add-key' | 'record' | 'enable-unit'> {
  const { machine, repository, secrets } = dependencies;
  let facts: Promise<KeyFacts> | undefined;
  const readFacts = (): Promise<KeyFacts> => (facts ??= machine.keys.facts(repository));
  return {
    'check-passphrase': async () => {
      await machine.keys.checkPassphrase(repository, secrets.passphrase());
      await machine.keys.checkSlot(repository);
      // Read here, since a failed `add-key` is taken back, with a good key that was there before.
      await readFacts();
      return done();
    },
    'add-key': async () => changed(await addKey(dependencies, await readFacts())),
    record: () => whenDone(recordChoice(dependencies, options)),
    'enable-unit': async () => changed(await machine.bootUnit.ensure()),
  };
}

/** Returns the steps that keep a repository from starting with the machine; its key is removed first. */
export function autostartDisablePerformers(
  dependencies: StepDependencies,
): Performers<'remove-key' | 'record'> {
  return {
    'remove-key': async () => changed(await removeKey(dependencies)),
    record: async () => changed(await forgetChoice(dependencies)),
  };
}

/** Makes the autostart key, in place of a half-made or broken one. Returns false when a good key is there. */
async function addKey(dependencies: StepDependencies, facts: KeyFacts): Promise<boolean> {
  const { repository, machine, secrets, notice } = dependencies;
  const { keys } = machine;
  const found = facts.key.state === 'present' || facts.key.partial || facts.slot1 !== 'empty';
  const problems = autostartProblems({ ...facts, name: repository.name, recorded: true });
  if (found && problems.length === 0) {
    await orNotice(dependencies, () => keys.claim(repository, secrets.passphrase()));
    return false;
  }
  if (found) notice({ code: 'key-renewed', details: { name: repository.name } });
  await keys.add(repository, secrets.passphrase());
  return true;
}

/**
 * Does work on what the header says of the autostart key. Where that fails a notice says so, and undefined is returned: the
 * key opens the volume without it.
 */
export async function orNotice<Answer>(
  { repository, notice }: Pick<StepDependencies, 'repository' | 'notice'>,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await work();
  } catch (error) {
    const details = { name: repository.name, reason: toAppError(error).message };
    notice({ code: 'key-not-noted', details });
    return undefined;
  }
}

/**
 * Removes the autostart key. A notice names a slot 1 that was left, as it may be somebody's passphrase. Returns false when
 * there was nothing to remove.
 */
async function removeKey({
  machine,
  repository,
  notice,
}: Pick<StepDependencies, 'machine' | 'repository' | 'notice'>): Promise<boolean> {
  const { guid, name } = repository;
  const { removed, left } = await machine.keys.remove(repository);
  if (left) notice({ code: 'slot-one-taken', details: { name, file: volumeFile(machine.paths, guid) } });
  return removed;
}

/** Writes into the metadata how the repository starts with the machine, and who agreed to it. */
async function recordChoice(
  dependencies: StepDependencies,
  options: OptionsOf<'autostart-enable'>,
): Promise<void> {
  const { repository, machine, hostname } = dependencies;
  const { autostart: before, ...others } = await findRepository(machine.paths, repository.guid, hostname);
  await writeMetadata(machine.paths, { ...others, autostart: await chosen(dependencies, options, before) });
}

/** Removes from the metadata that the repository starts with the machine. Returns false when they did not say so. */
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

/**
 * Returns the settings to record. An option that was not given keeps its old value; the consent is always this
 * request's.
 */
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

/** Takes back an enable that made a key but did not finish. */
export async function undoEnable(
  dependencies: Pick<StepDependencies, 'machine' | 'repository' | 'hostname' | 'notice'>,
): Promise<void> {
  await removeKey(dependencies);
  await forgetChoice(dependencies);
  dependencies.notice({ code: 'rolled-back', details: {} });
}

/** Opens the volume by its autostart key. Returns false when it was open already. Throws autostart-key-refused. */
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
