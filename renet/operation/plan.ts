import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError, assertNever, toAppError } from '../../shared/errors.ts';
import { sharedSpaceNotices } from '../../shared/sharedSpace.ts';
import type { Plan } from '../../shared/model.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { PlanOf, VolumeFacts } from '../../shared/plan/planSteps.ts';
import type { PlanRequest } from '../../shared/protocol/protocol.ts';
import { completeUp, planDown, planUp } from '../../shared/plan/servicePlans.ts';
import type { DownFacts, UpFacts } from '../../shared/plan/servicePlans.ts';
import { SMALLEST_VOLUME } from '../../shared/size.ts';
import {
  planAllow,
  planAutostartDisable,
  planAutostartEnable,
  planCreate,
  planDelete,
  planFork,
  planHeaderRestore,
  planMount,
  planPassphraseChange,
  planReleaseSlot,
  planRenumber,
  planRename,
  planResize,
  planUnmount,
} from '../../shared/plan/verbPlans.ts';
import type { OptionsOf, Verb, VerbRequest } from '../../shared/verbs.ts';
import type { Daemons } from '../docker/daemons.ts';
import { gatherServices } from '../compose/composeFiles.ts';
import { discover, discoverForDown, listRepositoryFolders } from '../repository/folders.ts';
import { diskSpace } from '../host.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { mountPath, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { checkAfter, checkGrowth, checkName, checkNetworkId, checkOther, checkSpace } from './planChecks.ts';
import {
  findRepository,
  findStored,
  listRepositories,
  sharingSizes,
  whatIsLeft,
} from '../repository/repositories.ts';
import { readSlots } from '../repository/slotsFile.ts';
import { damageOf } from '../volume/damage.ts';

/** The GUID in a preview of a repository that does not exist yet; the run replaces it with the true one. */
const NOT_YET = '00000000-0000-0000-0000-000000000000';

/** A verb's plan, with the options that it was made from. */
interface MadePlanOf<Name extends Verb> {
  verb: Name;
  options: OptionsOf<Name>;
  plan: PlanOf<Name>;
}
/** The plan of a verb on an existing repository. */
type OfRepository = { [Name in Exclude<Verb, 'create' | 'fork'>]: MadePlanOf<Name> }[Exclude<
  Verb,
  'create' | 'fork'
>] & { repository: RepositoryMetadata };
/** The plan of any verb. The repository that a create or a fork makes does not exist yet. */
export type MadePlan =
  MadePlanOf<'create'> | (MadePlanOf<'fork'> & { parent: RepositoryMetadata }) | OfRepository;

/**
 * Makes the plan of a request, as things stand now. Preview and run both call it, the run under the repository's lock.
 * Throws every refusal that can be known before the first step.
 */
export async function makePlan(machine: MachineDependencies, request: VerbRequest): Promise<MadePlan> {
  const { paths } = machine;
  const { verb, options } = request;
  if (verb === 'create') return { verb, options, plan: await planNew(paths, request.repository, options) };
  const repository = await findFor(machine, request);
  if (verb === 'fork') {
    return { verb, options, plan: await planForkOf(machine, repository, options), parent: repository };
  }
  const facts = { repository: identityOf(repository) };
  const volume = (): Promise<VolumeFacts> => volumeFacts(machine, repository);
  const inherits = repository.inherits !== undefined;
  switch (verb) {
    case 'mount':
      await checkNetworkId(paths, repository);
      return { verb, options, repository, plan: planMount({ ...(await volume()), inherits }) };
    case 'unmount':
      return { verb, options, repository, plan: planUnmount(await unmountFacts(machine, repository)) };
    case 'up':
      await checkNetworkId(paths, repository);
      return {
        verb,
        options,
        repository,
        plan: planUp(options, await upFacts(machine, repository, options)),
      };
    case 'down':
      return { verb, options, repository, plan: planDown(options, await downFacts(machine, repository)) };
    case 'delete':
      return { verb, options, repository, plan: planDelete(await volume()) };
    case 'autostart-enable':
      await checkAfter(paths, repository.guid, options);
      return { verb, options, repository, plan: planAutostartEnable(facts) };
    case 'autostart-disable':
      return { verb, options, repository, plan: planAutostartDisable(facts) };
    case 'rename':
      await checkName(paths, options.newName, repository.guid);
      return { verb, options, repository, plan: planRename(facts) };
    case 'renumber':
      return { verb, options, repository, plan: planRenumber(await volume()) };
    case 'allow':
      await checkOther(paths, repository, options);
      return { verb, options, repository, plan: planAllow(facts) };
    case 'release-slot':
      return { verb, options, repository, plan: planReleaseSlot(await volume()) };
    case 'resize':
      await checkGrowth(paths, repository, options);
      return { verb, options, repository, plan: planResize(options, await volume()) };
    case 'passphrase-change':
      return { verb, options, repository, plan: planPassphraseChange(facts) };
    case 'header-restore':
      return { verb, options, repository, plan: planHeaderRestore(await volume()) };
    default:
      return assertNever(verb);
  }
}

/** The verbs that need no file of the volume: what is damaged is closed and deleted by them. */
const WITHOUT_FILE: readonly Verb[] = ['unmount', 'down', 'delete'];

/**
 * Finds the repository of a request. Throws repository-not-found and, for a verb that needs all of it,
 * repository-damaged and volume-deleted.
 */
async function findFor(
  machine: MachineDependencies,
  { verb, repository }: VerbRequest,
): Promise<RepositoryMetadata> {
  const stored = await findStored(machine.paths, repository, hostname());
  if (stored.kind === 'damaged' && !WITHOUT_FILE.includes(verb)) throw await damageOf(machine, stored);
  return whatIsLeft(machine.paths, stored);
}

/** Makes the plan that a person is shown before a verb runs. Throws as `makePlan` does. */
export async function previewPlan(machine: MachineDependencies, request: PlanRequest): Promise<Plan> {
  if (request.verb !== 'header-restore') return (await makePlan(machine, request)).plan;
  const repository = await findRepository(machine.paths, request.repository, hostname());
  return planHeaderRestore(await volumeFacts(machine, repository));
}

function identityOf({ guid, name }: RepositoryMetadata): Plan['repository'] {
  return { guid, name };
}

async function volumeFacts(
  { volumes }: MachineDependencies,
  repository: RepositoryMetadata,
): Promise<VolumeFacts> {
  const { guid } = repository;
  const isOpen = async (): Promise<VolumeFacts['volume']> =>
    (await volumes.isOpen(guid)) ? 'open' : 'closed';
  const volume = (await volumes.isMounted(guid)) ? 'mounted' : await isOpen();
  return { repository: identityOf(repository), volume };
}

/**
 * Gathers the facts for an unmount. Throws daemon-silent: without the daemon's answer it is unknown how many running
 * containers closing the volume would end.
 */
async function unmountFacts(
  machine: MachineDependencies,
  repository: RepositoryMetadata,
): Promise<VolumeFacts & { running: number }> {
  const facts = await volumeFacts(machine, repository);
  const running = facts.volume === 'mounted' ? await countContainers(machine.daemons, repository) : 0;
  return { ...facts, running };
}

async function countContainers(daemons: Daemons, repository: RepositoryMetadata): Promise<number> {
  const { name } = repository;
  try {
    return (await daemons.running(repository)).length;
  } catch (error) {
    throw new AppError('daemon-silent', { name, reason: toAppError(error).message }, { cause: error });
  }
}

async function upFacts(
  machine: MachineDependencies,
  metadata: RepositoryMetadata,
  options: OptionsOf<'up'>,
): Promise<UpFacts> {
  const { repository, volume } = await volumeFacts(machine, metadata);
  const path = mountPath(machine.paths, metadata.guid);
  const facts = { repository, path, inherits: metadata.inherits !== undefined };
  return volume === 'mounted'
    ? { ...facts, volume, ...(await discoverForUp(machine, path, options)) }
    : { ...facts, volume };
}

/**
 * Finds the Rediaccfiles for an up, with the notices about them and about the compose files. Where a compose file cannot
 * be read, the step that assigns the addresses says so.
 */
async function discoverForUp(
  { readProject }: Pick<MachineDependencies, 'readProject'>,
  path: string,
  options: OptionsOf<'up'>,
): Promise<Pick<UpFacts & { volume: 'mounted' }, 'files' | 'notices'>> {
  const { files, notices } = await discover(path, options);
  const found = await listRepositoryFolders(path)
    .then((folders) => gatherServices(readProject, path, folders))
    .catch(() => ({ notices: [] }));
  return { files, notices: [...notices, ...found.notices] };
}

/** Completes the plan of an up once its repository is mounted. Throws nothing-to-start, two-rediaccfiles. */
export async function planOnceMounted(
  machine: Pick<MachineDependencies, 'paths' | 'readProject'>,
  guid: string,
  options: OptionsOf<'up'>,
  plan: PlanOf<'up'>,
): Promise<PlanOf<'up'>> {
  const path = mountPath(machine.paths, guid);
  return completeUp(plan, options, { path, ...(await discoverForUp(machine, path, options)) });
}

/** Gathers the facts for a down. A down does without what cannot be read; its notices tell what that is. */
async function downFacts(machine: MachineDependencies, metadata: RepositoryMetadata): Promise<DownFacts> {
  const { repository, volume } = await volumeFacts(machine, metadata);
  if (volume !== 'mounted') return { repository, volume };
  const { paths, daemons } = machine;
  const found = await discoverForDown(mountPath(paths, metadata.guid));
  if (found.files.length > 0) {
    await readSlots(paths, metadata.guid).catch((error: unknown) => {
      found.notices.push({ code: 'addresses-unknown', details: { reason: toAppError(error).message } });
    });
  }
  return { repository, volume, daemon: await daemons.isUp(metadata), ...found };
}

/** Makes the plan of a create. Throws bad-size, bad-name, name-taken, disk-too-small. */
async function planNew(paths: Paths, name: string, { size }: OptionsOf<'create'>): Promise<PlanOf<'create'>> {
  await checkName(paths, name);
  if (size < SMALLEST_VOLUME) throw new AppError('bad-size', { size });
  await checkSpace(paths, size);
  return planCreate({ repository: { guid: NOT_YET, name } });
}

/** Makes the plan of a fork. Throws bad-name, name-taken, disk-too-small, fork-needs-closed. */
async function planForkOf(
  { paths, volumes, forks }: MachineDependencies,
  { guid, name }: RepositoryMetadata,
  { tag }: OptionsOf<'fork'>,
): Promise<PlanOf<'fork'>> {
  await checkName(paths, tag);
  const { size } = await stat(volumeFile(paths, guid));
  const canShare = await forks.canShare();
  if (!canShare) await checkSpace(paths, size);
  const sizes = [...sharingSizes(await listRepositories(paths)), size];
  const notices = canShare ? sharedSpaceNotices(await diskSpace(paths.datastore), sizes) : [];
  const parent = { name, isOpen: await volumes.isOpen(guid) };
  return planFork({ repository: { guid: NOT_YET, name: tag }, parent, canShare, notices });
}

/** Returns the digest of a plan exactly as it was shown: also the order of its keys changes it. */
export function digestOf(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}
