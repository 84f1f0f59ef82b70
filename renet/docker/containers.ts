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
  const codes = await exitCodesOf(socketPath, loops, now).catch(() => new Map<string, number>());
  return containers.map((container) => {
    const { id, restarts, startedAt } = container;
    if (startedAt === undefined || !loops.includes(container)) return container;
    const exitCode = container.exitCode ?? codes.get(id);
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
  State: { Status: string; ExitCode: number; StartedAt: string };
}

async function detailsOf(socketPath: string, id: string): Promise<Details> {
  const { RestartCount, State } = (await getJson(socketPath, `/containers/${id}/json`)) as InspectAnswer;
  // Docker writes year 1 for "never".
  const startedAt = Date.parse(State.StartedAt);
  return {
    restarts: RestartCount,
    ...(['exited', 'dead', 'restarting'].includes(State.Status) ? { exitCode: State.ExitCode } : {}),
    ...(startedAt > 0 ? { startedAt } : {}),
  };
}

/** The part that is read of a line of GET /events. */
interface EndEvent {
  Actor?: { ID?: string; Attributes?: { exitCode?: string } };
}

/** The milliseconds before a start in which the end before it is looked for: Docker waits a minute at most. */
const BEFORE_START_MILLISECONDS = 2 * 60_000;

/**
 * Returns the exit codes with which containers that run again ended last, by id. A running container has none of its
 * own, but the daemon keeps its last 256 events; an end that is no longer among them is left out.
 */
async function exitCodesOf(
  socketPath: string,
  containers: readonly InspectedContainer[],
  now: number,
): Promise<Map<string, number>> {
  const since = Math.min(...containers.map(({ startedAt = now }) => startedAt)) - BEFORE_START_MILLISECONDS;
  const query = new URLSearchParams({
    since: seconds(since),
    until: seconds(now),
    filters: JSON.stringify({
      type: ['container'],
      event: ['die'],
      container: containers.map(({ id }) => id),
    }),
  });
  const lines = (await getText(socketPath, `/events?${query.toString()}`)).split('\n').filter(Boolean);
  const codes = new Map<string, number>();
  for (const line of lines) {
    const { Actor } = JSON.parse(line) as EndEvent;
    const code = Number(Actor?.Attributes?.exitCode);
    if (Actor?.ID !== undefined && Number.isInteger(code)) codes.set(Actor.ID, code);
  }
  return codes;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
