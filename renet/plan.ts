import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError } from '../shared/errors.ts';
import { checkOrder } from '../shared/autostart.ts';
import { planVerb } from '../shared/lifecycle.ts';
import { isValidName } from '../shared/model.ts';
import type { Plan, RepositoryMetadata } from '../shared/model.ts';
import type { VerbRequest } from '../shared/protocol.ts';
import { SMALLEST_VOLUME } from '../shared/size.ts';
import type { AutostartKeys } from './autostartKeys.ts';
import type { BootUnit } from './bootUnit.ts';
import type { Daemons } from './daemon.ts';
import { discover } from './folders.ts';
import { diskSpace } from './host.ts';
import { mountPath, volumeFile } from './paths.ts';
import type { Paths } from './paths.ts';
import { findRepository, knownRepositories, listRepositories } from './repositories.ts';
import type { Volumes } from './volume.ts';

/** The machine's side of a plan: what to ask it, injected. */
export interface Machinery {
  paths: Paths;
  volumes: Volumes;
  daemons: Daemons;
  keys: AutostartKeys;
  bootUnit: BootUnit;
}

const NOT_YET = '00000000-0000-0000-0000-000000000000';

/**
 * The plan of a request as things stand now, and the repository it is for (for create, none yet). The run makes its
 * plan with this same function, under the lock. Throws every refusal that needs no step.
 */
export async function makePlan(
  machinery: Machinery,
  request: VerbRequest,
): Promise<{ plan: Plan; repository: RepositoryMetadata | undefined }> {
  if (request.verb === 'create') return { plan: await planCreate(machinery, request), repository: undefined };
  const { paths, volumes, daemons } = machinery;
  const repository = await findRepository(paths, request.repository, hostname());
  if (typeof request.options.after === 'string')
    await checkAfter(paths, repository.guid, request.options.after);
  if (request.verb === 'resize') await checkGrowth(paths, repository, request.options.size);
  if (request.verb === 'rename') await checkNewName(paths, repository, request.options.newName ?? '');
  const mounted = await volumes.isMounted(repository.guid);
  const path = mountPath(paths, repository.guid);
  const found =
    mounted && (request.verb === 'up' || request.verb === 'down') ? await discover(path) : undefined;
  const plan = planVerb(request.verb, request.options, {
    repository: { guid: repository.guid, name: repository.name },
    path,
    mounted,
    open: mounted || (await volumes.isOpen(repository.guid)),
    daemon: mounted && (await daemons.isUp(repository.networkId)),
    running: mounted ? await daemons.running(repository.networkId) : 0,
    files: found?.files,
    notices: found?.notices ?? [],
  });
  return { plan, repository };
}

/** Refuses a name that cannot be one or is another's; the run looks once more, under the machine's lock. */
async function checkNewName(paths: Paths, { guid }: RepositoryMetadata, name: string): Promise<void> {
  if (!isValidName(name)) throw new AppError('bad-name', { name });
  const known = await knownRepositories(paths);
  if (known.some((one) => one.name === name && one.guid !== guid)) throw new AppError('name-taken', { name });
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
  const { available } = await diskSpace(datastore);
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

async function planCreate({ paths }: Machinery, request: VerbRequest): Promise<Plan> {
  const name = request.repository;
  if (!isValidName(name)) throw new AppError('bad-name', { name });
  const { size } = request.options;
  if (size === undefined || size < SMALLEST_VOLUME) throw new AppError('bad-size', { size: size ?? '' });
  const stored = await listRepositories(paths);
  const taken = stored.some((one) => one.kind === 'repository' && one.metadata.name === name);
  if (taken) throw new AppError('name-taken', { name });
  await checkSpace(paths, size);
  const facts = {
    path: '',
    mounted: false,
    open: false,
    daemon: false,
    running: 0,
    files: undefined,
    notices: [],
  };
  return planVerb('create', request.options, { repository: { guid: NOT_YET, name }, ...facts });
}

/** What identifies a plan: a digest of exactly what was shown. */
export function digestOf(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}
