import { isCrashLoop } from '../../shared/crashLoop.ts';
import type { Container } from '../../shared/model.ts';
import { getJson, getText } from './engineApi.ts';

/** The part that is read of an entry of GET /containers/json (Docker Engine API v1.43). */
interface ListedContainer {
  Id: string;
  Names: string[];
  Image: string;
  State: string;
  Status: string;
  Labels: Record<string, string>;
}

/** The compose files from which Compose made a container, absolute; absent for one that it did not make. */
export interface Composed {
  configFiles?: string[] | undefined;
}

/** Lists all containers of a daemon, stopped ones too. `crashLoop` is left out: `lookAtContainers` finds it. */
export async function containersOf(socketPath: string): Promise<(Container & Composed)[]> {
  const listed = (await getJson(socketPath, '/containers/json?all=1')) as ListedContainer[];
  return listed.map((container) => {
    const service = container.Labels['com.docker.compose.service'];
    const exitCode = exitCodeOf(container);
    const files = container.Labels['com.docker.compose.project.config_files'];
    return {
      id: container.Id,
      name: (container.Names[0] ?? container.Id).replace(/^\//, ''),
      image: container.Image,
      state: container.State,
      status: container.Status,
      health: healthOf(container.Status),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(service === undefined ? {} : { service }),
      ...(files === undefined ? {} : { configFiles: files.split(',') }),
    };
  });
}

/** Returns a container's exit code, which the list only has inside its status sentence: "Exited (1) 5 minutes ago". */
function exitCodeOf({ State, Status }: ListedContainer): number | undefined {
  const code = State === 'exited' ? /^Exited \((-?\d+)\)/.exec(Status)?.[1] : undefined;
  return code === undefined ? undefined : Number(code);
}

/** Returns a container's health, which the list only has inside its status sentence. */
export function healthOf(status: string): Container['health'] {
  if (status.includes('(unhealthy)')) return 'unhealthy';
  if (status.includes('(healthy)')) return 'healthy';
  return status.includes('(health: starting)') ? 'starting' : 'none';
}

/** The facts about a container that Docker's list does not have. */
interface Details {
  /** The number of times that Docker has started it again. */
  restarts: number;
  exitCode?: number | undefined;
  /** The time of its start, milliseconds since the epoch; absent when it was never started. */
  startedAt?: number | undefined;
  /** True for one that has ended and of which the kernel killed a process for want of memory. */
  outOfMemory?: boolean | undefined;
}

/** A container, with all that its daemon tells of it. */
export type InspectedContainer = Container & Details;

/**
 * Lists all containers of a daemon with their details, those in a crash loop marked. A container that goes while it is
 * asked for keeps what the list said. `now`: milliseconds since the epoch, by the clock that the daemon has.
 */
export async function lookAtContainers(
  socketPath: string,
  now: number,
): Promise<(InspectedContainer & Composed)[]> {
  const listed = await containersOf(socketPath);
  const containers = await Promise.all(
    listed.map(async (container): Promise<InspectedContainer & Composed> => {
      const details = await detailsOf(socketPath, container.id).catch((): Details => ({ restarts: 0 }));
      return { ...container, ...details };
    }),
  );
  const loops = containers.filter((one) => isAlive(one) && isCrashLoop(one, now));
  if (loops.length === 0) return containers;
  const since = Math.min(...loops.map(({ startedAt = now }) => startedAt)) - BEFORE_START_MILLISECONDS;
  const ids = loops.map(({ id }) => id);
  const ends = await endsOf(socketPath, ids, { since, now }).catch(() => new Map<string, End>());
  return containers.map((container) => {
    const { id, restarts, startedAt } = container;
    if (startedAt === undefined || !loops.includes(container)) return container;
    const exitCode = container.exitCode ?? ends.get(id)?.exitCode;
    const crashLoop = { restarts, startedAt, ...(exitCode === undefined ? {} : { exitCode }) };
    return { ...container, crashLoop };
  });
}

/** Tells whether a container has processes, or will have some again by itself. */
export function isAlive({ state }: Pick<Container, 'state'>): boolean {
  return ['running', 'paused', 'restarting'].includes(state);
}

/** The part that is read of GET /containers/ID/json. */
interface InspectAnswer {
  RestartCount: number;
  State: { Status: string; ExitCode: number; StartedAt: string; OOMKilled?: boolean };
}

async function detailsOf(socketPath: string, id: string): Promise<Details> {
  const { RestartCount, State } = (await getJson(socketPath, `/containers/${id}/json`)) as InspectAnswer;
  // Docker writes year 1 for "never".
  const startedAt = Date.parse(State.StartedAt);
  const hasEnded = ['exited', 'dead', 'restarting'].includes(State.Status);
  return {
    restarts: RestartCount,
    ...(hasEnded ? { exitCode: State.ExitCode } : {}),
    ...(hasEnded && State.OOMKilled === true && { outOfMemory: true }),
    ...(startedAt > 0 ? { startedAt } : {}),
  };
}

/** The part that is read of a line of GET /events. */
interface EndEvent {
  Action?: string;
  Actor?: { ID?: string; Attributes?: { exitCode?: string } };
}

/** The last end of a container, as far as the daemon remembers it. */
interface End {
  exitCode?: number | undefined;
  /** True when the kernel killed something of it for want of memory. */
  outOfMemory?: boolean | undefined;
}

/** The milliseconds before a start in which the end before it is looked for: Docker waits a minute at most. */
const BEFORE_START_MILLISECONDS = 2 * 60_000;

/** Returns the end of a container in the last minutes; nothing of it when the daemon remembers none. */
export async function lastEndOf(socketPath: string, id: string, now: number): Promise<End> {
  const since = now - BEFORE_START_MILLISECONDS;
  return (await endsOf(socketPath, [id], { since, now })).get(id) ?? {};
}

/**
 * Returns how containers ended last in a time, by id. One that runs again has no exit code of its own, but the daemon keeps
 * its last 256 events; an end that is no longer among them is left out. Times are milliseconds since the epoch.
 */
async function endsOf(
  socketPath: string,
  containers: readonly string[],
  { since, now }: { since: number; now: number },
): Promise<Map<string, End>> {
  const query = new URLSearchParams({
    since: seconds(since),
    until: seconds(now),
    filters: JSON.stringify({ type: ['container'], event: ['die', 'oom'], container: containers }),
  });
  const lines = (await getText(socketPath, `/events?${query.toString()}`)).split('\n').filter(Boolean);
  const ends = new Map<string, End>();
  for (const line of lines) {
    const { Action, Actor } = JSON.parse(line) as EndEvent;
    if (Actor?.ID === undefined) continue;
    const known = ends.get(Actor.ID) ?? {};
    const exitCode = Number(Actor.Attributes?.exitCode);
    if (Action === 'oom') ends.set(Actor.ID, { ...known, outOfMemory: true });
    else if (Number.isInteger(exitCode)) ends.set(Actor.ID, { ...known, exitCode });
  }
  return ends;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
