import * as z from 'zod';
import type { OperationSummary } from '../model.ts';
import { momentSchema } from './entry.ts';
import type { Moment } from './entry.ts';
import type { JournalObservation, SeenContainer } from './observation.ts';

/**
 * What the last look saw, as far as the next one compares with it. It is kept on the machine, so that what happened while
 * nobody looked is told once and not twice.
 */
export const baselineSchema = z.object({
  at: momentSchema,
  containers: z.record(
    z.string(),
    z.object({ id: z.string(), alive: z.boolean(), restarts: z.number(), kills: z.number() }),
  ),
  repositories: z.record(
    z.string(),
    z.object({
      state: z.string(),
      daemon: z.boolean(),
      kills: z.number().optional(),
      /** The uptime at which processes were first seen to be killed that no container's end explains yet. */
      killsSince: z.number().optional(),
    }),
  ),
  /** The highest number of an operation, and the operations without an entry that ran or looked lost. */
  operations: z.object({
    highest: z.number(),
    running: z.array(z.string()),
    lost: z.array(z.string()),
    /** The repositories whose services an operation has just changed, each with the uptime at which its end was seen. */
    done: z.record(z.string(), z.number()),
  }),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** Returns the key of a container, which stays when it is made anew. */
export function containerKey({ repository, name }: Pick<SeenContainer, 'repository' | 'name'>): string {
  return `${repository.guid}/${name}`;
}

/** Tells whether a container has processes, or will have some again by itself. */
export function isAlive({ state }: Pick<SeenContainer, 'state'>): boolean {
  return ['running', 'paused', 'restarting'].includes(state);
}

/**
 * The milliseconds in which the end of a container may explain that a process of it was killed for want of memory: the
 * kernel counts the process first.
 */
const EXPLAINED_WITHIN_MILLISECONDS = 10_000;

/** Tells whether killed processes have waited long enough for the end of a container that explains them. */
export function areUnexplained(guid: string, now: Moment, before: Baseline | undefined): boolean {
  const since = before?.repositories[guid]?.killsSince;
  return since !== undefined && now.boot.uptime - since >= EXPLAINED_WITHIN_MILLISECONDS;
}

/** Returns how many times a container has ended since the last look, by itself or not. */
export function endsSince(container: SeenContainer, before: Baseline | undefined): number {
  const known = before?.containers[containerKey(container)];
  if (known?.id !== container.id) return 0;
  return Math.max(0, container.restarts - known.restarts) + Number(known.alive && !isAlive(container));
}

/** No operation was looked at yet, so none is known to be new. */
const NO_OPERATIONS = { highest: -1, running: [], lost: [] };

/** Returns what the next look compares with, out of this one and, for what it left out, the one before. */
export function nextBaseline(
  { inventory, memoryKills = [] }: JournalObservation,
  at: Moment,
  { before: last, done }: { before: Baseline | undefined; done: Readonly<Record<string, number>> },
): Baseline {
  // What ran in an earlier boot says nothing of this one; which operations have an entry stays true.
  const before =
    last === undefined || last.at.boot.id === at.boot.id
      ? last
      : { ...last, containers: {}, repositories: {} };
  if (inventory === undefined) {
    const { containers = {}, repositories = {}, operations = NO_OPERATIONS } = before ?? {};
    return { at, containers, repositories, operations: { ...operations, done } };
  }
  const { repositories, containers, operations } = inventory;
  const silent = new Set(repositories.filter(isSilent).map(({ guid }) => guid));
  const kept = Object.entries(before?.containers ?? {}).filter(([key]) => silent.has(key.slice(0, 36)));
  const kills = new Map(memoryKills.map((one) => [one.guid, one]));
  const ended = new Set(
    containers.filter((one) => endsSince(one, before) > 0).map(({ repository }) => repository.guid),
  );
  const states = repositories.map(({ guid, state, daemon }) => {
    const known = before?.repositories[guid];
    // While an operation holds it, what it was before is compared with what it is afterwards.
    const was = state === 'busy' || state === 'unknown' ? (known?.state ?? state) : state;
    const counted = kills.get(guid)?.kills ?? known?.kills;
    const isNew = known?.kills !== undefined && counted !== undefined && counted > known.kills;
    const waits = isNew && !ended.has(guid) && !areUnexplained(guid, at, before);
    const told = waits
      ? { kills: known.kills, killsSince: known.killsSince ?? at.boot.uptime }
      : { ...(counted !== undefined && { kills: counted }) };
    return [guid, { state: was, daemon, ...told }] as const;
  });
  const waiting = new Set(
    states.filter(([, { killsSince }]) => killsSince !== undefined).map(([guid]) => guid),
  );
  const seen = containers.map((one) => {
    const { id, restarts, repository } = one;
    const known = before?.containers[containerKey(one)];
    // A container that was started again counts anew.
    const told = known?.id === id && known.restarts === restarts ? known.kills : undefined;
    const counted = kills.get(repository.guid)?.containers?.[id];
    const own = (waiting.has(repository.guid) ? told : (counted ?? told)) ?? 0;
    return [containerKey(one), { id, alive: isAlive(one), restarts, kills: own }] as const;
  });
  return {
    at,
    containers: Object.fromEntries([...kept, ...seen]),
    repositories: Object.fromEntries(states),
    operations: { ...nextOperations(operations, before?.operations), done },
  };
}

/** Tells whether a repository's daemon is up and did not say which containers it has. */
export function isSilent({
  daemon,
  problem,
}: {
  daemon: boolean;
  problem?: { code: string } | undefined;
}): boolean {
  return daemon && problem?.code === 'daemon-not-running';
}

function nextOperations(
  operations: readonly OperationSummary[],
  before: Baseline['operations'] | undefined,
): Omit<Baseline['operations'], 'done'> {
  const highest = operations.reduce(
    (most, { sequence = 0 }) => Math.max(most, sequence),
    Math.max(0, before?.highest ?? 0),
  );
  const running = operations.filter(({ state }) => state === 'running').map(({ id }) => id);
  const lost = operations.filter((one) => one.state === 'lost' && isFresh(one, before)).map(({ id }) => id);
  return { highest, running, lost };
}

/** Tells whether an operation has no entry yet: it ran at the last look, looked lost for the first time, or is new. */
export function isFresh(
  { id, state, sequence = 0 }: OperationSummary,
  before: Baseline['operations'] | undefined,
): boolean {
  if (before === undefined || before.highest < 0) return false;
  if (state === 'lost' && before.lost.includes(id)) return false;
  return before.running.includes(id) || before.lost.includes(id) || sequence > before.highest;
}
