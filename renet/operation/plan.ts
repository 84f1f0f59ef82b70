import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError, toAppError } from '../../shared/errors.ts';
import { checkOrder } from '../../shared/autostart.ts';
import { planVerb } from '../../shared/lifecycle.ts';
import { sharedSpaceNotices } from '../../shared/sharedSpace.ts';
import { isValidName } from '../../shared/names.ts';
import type { Plan } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { Verb } from '../../shared/verbs.ts';
import type { VerbRequest } from '../../shared/protocol/protocol.ts';
import { SMALLEST_VOLUME } from '../../shared/size.ts';
import type { Daemons } from '../docker/daemons.ts';
import { discover, discoverForDown } from '../repository/folders.ts';
import { diskSpace } from '../host.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { mountPath, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import {
  findRepository,
  knownRepositories,
  listRepositories,
  sharingSizes,
} from '../repository/repositories.ts';
import { readSlots } from '../repository/slotsFile.ts';

/** Bytes that no volume takes: the logs of operations and the files beside the volumes have to be written too. */
const KEPT_FREE = 32 * 1024 ** 2;

const NOT_YET = '00000000-0000-0000-0000-000000000000';

/** A plan, with the repository it is for. One that is yet to be made has none; a fork has its parent. */
export interface MadePlan {
  plan: Plan;
  repository: RepositoryMetadata | undefined;
  parent?: RepositoryMetadata;
}

/**
 * The plan of a request as things stand now. The run makes its plan with this same function, under the lock. Throws
 * every refusal that needs no step.
 */
export async function makePlan(machine: MachineDependencies, request: VerbRequest): Promise<MadePlan> {
  if (request.verb === 'create') return { plan: await planCreate(machine, request), repository: undefined };
  const { paths, volumes, daemons } = machine;
  const repository = await findRepository(paths, request.repository, hostname());
  if (request.verb === 'fork') return planFork(machine, request, repository);
  if (typeof request.options.after === 'string')
    await checkAfter(paths, repository.guid, request.options.after);
  if (request.verb === 'resize') await checkGrowth(paths, repository, request.options.size);
  if (request.verb === 'rename') await checkName(paths, request.options.newName ?? '', repository.guid);
  const mounted = await volumes.isMounted(repository.guid);
  const found = mounted ? await lookInside(paths, repository.guid, request.verb) : undefined;
  const plan = planVerb(request.verb, request.options, {
    repository: { guid: repository.guid, name: repository.name },
    path: mountPath(paths, repository.guid),
    mounted,
    open: mounted || (await volumes.isOpen(repository.guid)),
    daemon: mounted && (await daemons.isUp(repository.networkId)),
    inherits: repository.inherits !== undefined,
    running: mounted && request.verb === 'unmount' ? await countContainers(daemons, repository) : 0,
    files: found?.files,
    unseen: found?.unseen ?? false,
    notices: found?.notices ?? [],
  });
  return { plan, repository };
}

/** What a plan of services is made from. A down does without what it cannot see, and its notices say so. */
async function lookInside(
  paths: Paths,
  guid: string,
  verb: Verb,
): Promise<{ files: string[]; unseen: boolean; notices: Notice[] } | undefined> {
  const root = mountPath(paths, guid);
  if (verb === 'up') return { ...(await discover(root)), unseen: false };
  if (verb !== 'down') return undefined;
  const found = await discoverForDown(root);
  if (found.files.length > 0) {
    await readSlots(paths, guid).catch((error: unknown) => {
      found.notices.push({ code: 'addresses-unknown', details: { reason: toAppError(error).message } });
    });
  }
  return found;
}

/** Throws daemon-silent: nobody knows what closing the volume would end. */
async function countContainers(daemons: Daemons, { name, networkId }: RepositoryMetadata): Promise<number> {
  try {
    return await daemons.running(networkId);
  } catch (error) {
    throw new AppError('daemon-silent', { name, reason: toAppError(error).message }, { cause: error });
  }
}

/** Refuses a name that cannot be one or is another's; the run looks once more, under the machine's lock. */
async function checkName(paths: Paths, name: string, own?: string): Promise<void> {
  if (!isValidName(name)) throw new AppError('bad-name', { name });
  const known = await knownRepositories(paths);
  if (known.some((one) => one.name === name && one.guid !== own)) throw new AppError('name-taken', { name });
}

/** Refuses to shrink, and to grow beyond what the datastore has left. */
async function checkGrowth(
  paths: Paths,
  { guid, name }: RepositoryMetadata,
  size: number | undefined,
): Promise<void> {
  if (size === undefined) throw new AppError('bad-size', { size: '' });
  const current = (await stat(volumeFile(paths, guid))).size;
  if (size < current) throw new AppError('cannot-shrink', { name, current, size });
  await checkSpace(paths, size - current);
}

async function checkSpace({ datastore }: Paths, size: number): Promise<void> {
  const available = Math.max(0, (await diskSpace(datastore)).available - KEPT_FREE);
  if (size > available) throw new AppError('disk-too-small', { size, available, path: datastore });
}

/** Refuses an order of starts that could not be kept. */
async function checkAfter(paths: Paths, guid: string, after: string): Promise<void> {
  const other = await findRepository(paths, after, hostname());
  const all = await knownRepositories(paths);
  checkOrder(
    all.map((one) => ({ guid: one.guid, name: one.name, after: one.autostart?.after })),
    guid,
    other.guid,
  );
}

/** What is known of a repository that is yet to be made. */
const NOTHING_YET = {
  path: '',
  mounted: false,
  open: false,
  daemon: false,
  running: 0,
  files: undefined,
  notices: [],
};

async function planCreate({ paths }: MachineDependencies, request: VerbRequest): Promise<Plan> {
  const name = request.repository;
  await checkName(paths, name);
  const { size } = request.options;
  if (size === undefined || size < SMALLEST_VOLUME) throw new AppError('bad-size', { size: size ?? '' });
  await checkSpace(paths, size);
  return planVerb('create', request.options, { ...NOTHING_YET, repository: { guid: NOT_YET, name } });
}

async function planFork(
  { paths, volumes, forks }: MachineDependencies,
  request: VerbRequest,
  parent: RepositoryMetadata,
): Promise<MadePlan> {
  const name = request.options.tag ?? '';
  await checkName(paths, name);
  const { size } = await stat(volumeFile(paths, parent.guid));
  const canShare = await forks.canShare();
  if (!canShare) await checkSpace(paths, size);
  const sizes = [...sharingSizes(await listRepositories(paths)), size];
  const notices = canShare ? sharedSpaceNotices(await diskSpace(paths.datastore), sizes) : [];
  const facts = { ...NOTHING_YET, open: await volumes.isOpen(parent.guid), canShare, notices };
  const { guid } = parent;
  const plan = planVerb('fork', request.options, { ...facts, repository: { guid, name: parent.name } });
  return { plan: { ...plan, repository: { guid: NOT_YET, name } }, repository: undefined, parent };
}

/** What identifies a plan: a digest of exactly what was shown. */
export function digestOf(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}
