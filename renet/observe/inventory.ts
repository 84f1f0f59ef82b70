import { hostname } from 'node:os';
import { AppError, toWire } from '../../shared/errors.ts';
import { crashNotices } from '../../shared/crashLoop.ts';
import type { OperationSummary, Repository } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { rivalOf } from '../../shared/network/networkClaims.ts';
import type { NetworkClaim } from '../../shared/network/networkClaims.ts';
import { sharedSpaceNotices } from '../../shared/sharedSpace.ts';
import type { Listener } from './listening.ts';
import { countRunning, repositoryState } from './repositoryState.ts';
import { seenOf } from './repositoryServices.ts';
import type { Seen } from './repositoryServices.ts';
import { autostartState } from '../boot/autostart.ts';
import { lookAtContainers } from '../docker/containers.ts';
import type { InspectedContainer } from '../docker/containers.ts';
import { isWallSeen } from '../docker/neighbours.ts';
import type { NeighbourWall } from '../docker/neighbours.ts';
import { diskSpace } from '../host.ts';
import { inTurns } from '../inTurns.ts';
import { readListeners } from './listeners.ts';
import { listOperations } from '../operation/knownOperations.ts';
import { dockerSocket, mountPath } from '../paths.ts';
import type { Paths } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { readNetworkClaims } from '../repository/networkIds.ts';
import {
  chooseStored,
  findRepository,
  listRepositories,
  sharingSizes,
  whatIsLeft,
} from '../repository/repositories.ts';
import type { StoredRepository } from '../repository/repositories.ts';
import { damageOf } from '../volume/damage.ts';

/** A repository with its present state, and all containers of its daemon. */
export interface Described {
  repository: Repository;
  containers: InspectedContainer[];
}

/** The repositories that are looked at at the same time: what is read of each takes memory, threads and its daemon's time. */
const DESCRIBED_AT_ONCE = 4;

/** Lists every repository of the machine with its present state, by name. */
export async function listStates(machine: MachineDependencies): Promise<Repository[]> {
  return (await lookAtRepositories(machine)).map(({ repository }) => repository);
}

/** Lists every repository as `listStates` does, with its containers. */
export async function lookAtRepositories(machine: MachineDependencies): Promise<Described[]> {
  return describeAll(machine, await listOperations(machine.paths, { limit: 200 }));
}

/** Lists every repository as `lookAtRepositories` does, with operations that the caller has read. */
export async function describeAll(
  machine: MachineDependencies,
  operations: readonly OperationSummary[],
): Promise<Described[]> {
  const stored = await listRepositories(machine.paths);
  const space = await spaceNotices(machine.paths, stored);
  const claims = await readNetworkClaims(machine.paths);
  const wallSeen = await isWallSeen(machine.paths);
  const look = { operations, listeners: readListeners(), space, claims, names: namesOf(stored), wallSeen };
  const states = await inTurns(stored, DESCRIBED_AT_ONCE, (one) => describe(machine, one, look));
  return states.sort((a, b) => (a.repository.name < b.repository.name ? -1 : 1));
}

/** Returns one repository with its present state. Throws repository-not-found, repository-ambiguous. */
export async function stateOf(machine: MachineDependencies, nameOrGuid: string): Promise<Repository> {
  const all = await listRepositories(machine.paths);
  const stored = chooseStored(all, nameOrGuid);
  const space = await spaceNotices(machine.paths, all);
  const claims = await readNetworkClaims(machine.paths);
  const names = namesOf(all);
  const wallSeen = await isWallSeen(machine.paths);
  if (stored === undefined) {
    const metadata = await findRepository(machine.paths, nameOrGuid, hostname());
    const nothing = { operations: [], listeners: [], space, claims, names, wallSeen };
    return (await describe(machine, { kind: 'repository', metadata, size: 0 }, nothing)).repository;
  }
  const operations = await listOperations(machine.paths, { limit: 200 });
  const look = { operations, listeners: readListeners(), space, claims, names, wallSeen };
  return (await describe(machine, stored, look)).repository;
}

/** Returns the notices about the datastore's space when forks share blocks. */
export async function spaceNotices(
  { datastore }: Paths,
  stored: readonly StoredRepository[],
): Promise<Notice[]> {
  return sharedSpaceNotices(await diskSpace(datastore), sharingSizes(stored));
}

/** The facts that are read once for all repositories. */
interface Look {
  operations: readonly OperationSummary[];
  listeners: readonly Listener[];
  /** The notices of every fork that shares its parent's space. */
  space: readonly Notice[];
  /** Who has which network id of the machine. */
  claims: readonly NetworkClaim[];
  /** The names of the datastore's repositories, by GUID. */
  names: ReadonlyMap<string, string>;
  /** True when the machine was seen to keep what runs from addresses that are denied to it. */
  wallSeen: boolean;
}

async function describe(
  machine: MachineDependencies,
  stored: StoredRepository,
  { operations, listeners, space: shared, claims, names, wallSeen }: Look,
): Promise<Described> {
  const { paths, volumes, daemons } = machine;
  const known = await whatIsLeft(paths, stored);
  const { guid, name, networkId, created, parent, sharesSpace, autostart, allows = [] } = known;
  const damage = stored.kind === 'damaged' ? await damageOf(machine, stored) : undefined;
  const damaged = damage !== undefined;
  const path = mountPath(paths, guid);
  const own = operations.filter((operation) => operation.repository.guid === guid);
  const operation = own.find((one) => one.state === 'running');
  const lastOperation = own.find((one) => one.state !== 'running');
  const mounted = await volumes.isMounted(guid);
  const daemon = mounted && (await daemons.isUp(known));
  // A repository with a broken file, or a daemon that does not answer, must not take the others out of the list.
  const answer = daemon
    ? await lookAtContainers(dockerSocket(networkId), Date.now()).catch(() => undefined)
    : [];
  const wall = daemon ? await daemons.wall(known) : undefined;
  const listed = answer ?? [];
  const nothing = { services: [], notices: [], containers: [] };
  // The addresses of one whose metadata cannot be read, and that has no daemon, are not known.
  const seen: Seen =
    mounted && networkId !== 0 ? await seenOf(machine, known, { containers: listed, listeners }) : nothing;
  const { containers } = seen;
  const silent = answer === undefined ? toWire(new AppError('daemon-not-running', { name })) : undefined;
  const problem = seen.problem ?? silent;
  const space = mounted ? await diskSpace(path) : undefined;
  const lastTurn = own.find((one) => (one.verb === 'up' || one.verb === 'down') && one.state !== 'running');
  const lastUp = lastTurn?.verb === 'up' ? lastTurn.verdict?.kind : undefined;
  const facts = { mounted, daemon, containers, services: seen.services };
  const repository: Repository = {
    guid,
    name,
    networkId,
    created,
    ...(parent === undefined ? {} : { parent }),
    ...(sharesSpace === undefined ? {} : { sharesSpace }),
    state: repositoryState({ damaged, busy: operation !== undefined, lastUp, ...facts }),
    mounted,
    daemon,
    ...(allows.length > 0 && { allows: allows.map((one) => nameOf(one, names)) }),
    ...(wallSeen && (wall ?? 'kept') === 'kept' && { walled: true }),
    size: stored.size,
    ...(space === undefined ? {} : { used: space.total - space.available, available: space.available }),
    path,
    services: seen.services,
    running: countRunning({ damaged, busy: false, lastUp, ...facts }),
    ...(operation === undefined ? {} : { operation }),
    ...(lastOperation === undefined ? {} : { lastOperation }),
    autostart: autostartState(autostart !== undefined, own),
    ...(stored.kind === 'damaged' ? { damage: stored.reason } : {}),
    notices: [
      ...takenNotices(known, claims),
      ...(wall === undefined ? [] : wallNotices(name, wall)),
      ...deletedNotices(damage),
      ...crashNotices(containers),
      ...seen.notices,
      ...(sharesSpace === true ? shared : []),
    ],
    ...(problem === undefined ? {} : { problem }),
  };
  return { repository, containers };
}

function namesOf(stored: readonly StoredRepository[]): ReadonlyMap<string, string> {
  const known = stored.flatMap((one) => (one.kind === 'repository' ? [one.metadata] : []));
  return new Map(known.map(({ guid, name }) => [guid, name]));
}

/** Returns a repository with its name; without one when it is gone. */
function nameOf(guid: string, names: ReadonlyMap<string, string>): { guid: string; name?: string } {
  const name = names.get(guid);
  return name === undefined ? { guid } : { guid, name };
}

/** Returns the notice about containers that nothing keeps from other repositories' addresses. */
function wallNotices(name: string, wall: NeighbourWall): Notice[] {
  if (wall === 'kept') return [];
  return [{ code: wall === 'older' ? 'neighbours-open-older' : 'neighbours-open', details: { name } }];
}

/** Returns the notice about a network id that belongs to another repository; none when it is the repository's own. */
function takenNotices(
  { guid, name, networkId }: RepositoryMetadata,
  claims: readonly NetworkClaim[],
): Notice[] {
  const rival = rivalOf(claims, { guid, networkId });
  if (rival === undefined) return [];
  const { name: other, datastore } = rival;
  return [{ code: 'network-id-taken', details: { name, networkId, other, datastore } }];
}

function deletedNotices(damage: AppError | undefined): Notice[] {
  if (damage?.code !== 'volume-deleted') return [];
  const { name = '', path = '' } = damage.details;
  return [{ code: 'volume-deleted', details: { name, path } }];
}
