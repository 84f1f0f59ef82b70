import { areUnexplained, containerKey, endsSince, isAlive, isFresh, isSilent } from './baseline.ts';
import type { OperationSummary } from '../model.ts';
import { newestFirst } from '../operationOrder.ts';
import type { JournalEntry, JournalKind, Subject } from './entry.ts';
import type { SeenContainer } from './observation.ts';
import type { Purpose } from './purpose.ts';
import { isSameBoot } from './sighting.ts';
import type { Judgement, Look, Sighting } from './sighting.ts';

/** The exit codes after `docker stop`, or after any other SIGTERM or SIGKILL. */
const STOPPED = [137, 143];
/** The exit code of a process that was killed, as one that takes too much memory is. */
const KILLED = 137;

/** Looks at the containers: those that ended by themselves, are unhealthy, end again and again, or ran out of memory. */
export function judgeContainers(look: Look, { held, done }: Purpose): Judgement {
  const { inventory } = look;
  if (inventory === undefined) return { sightings: [], isJudged: () => false };
  const silent = new Set(inventory.repositories.filter(isSilent).map(({ guid }) => guid));
  const lost = new Set(
    inventory.repositories.filter(({ mounted, daemon }) => mounted && !daemon).map(({ guid }) => guid),
  );
  const isFrozen = (guid: string): boolean => held.has(guid) || silent.has(guid);
  const judged = inventory.containers.filter(({ repository }) => !isFrozen(repository.guid));
  const sightings = judged.map((container) =>
    sightingsOf(
      container,
      look,
      container.repository.guid in done && upBefore(container, look) === undefined,
    ),
  );
  return {
    sightings: [
      ...sightings.flat(),
      ...inventory.repositories.flatMap(({ guid, name }) =>
        isFrozen(guid) || guid in done ? [] : unknownKills({ guid, name }, sightings.flat(), look),
      ),
    ],
    // A daemon that is gone cannot tell what becomes of its containers.
    isJudged: ({ kind, subject: { repository } }) =>
      KINDS.some((one) => one === kind) &&
      repository !== undefined &&
      !isFrozen(repository.guid) &&
      !lost.has(repository.guid),
  };
}

const KINDS: readonly JournalKind[] = [
  'container-died',
  'out-of-memory',
  'crash-loop',
  'container-unhealthy',
];

/**
 * Returns the last up of a repository if it has ended, nothing has stopped the repository since, and this container has failed
 * after that up had started it: then its end is no doing of the operation, however soon it came.
 */
function upBefore(container: SeenContainer, { inventory }: Look): OperationSummary | undefined {
  const { repository, startedAt, exitCode = 0 } = container;
  if (isAlive(container) || startedAt === undefined || exitCode === 0 || STOPPED.includes(exitCode))
    return undefined;
  const [last] = (inventory?.operations ?? [])
    .filter((one) => one.repository.guid === repository.guid && ['up', 'down'].includes(one.verb))
    .sort(newestFirst);
  const isOwn = last?.verb === 'up' && last.state !== 'running' && startedAt >= last.startedAt;
  return isOwn ? last : undefined;
}

/** Returns how many times a container has ended since the last look, or while the operation went on that has just ended. */
function endsOf(container: SeenContainer, look: Look): number {
  const up = upBefore(container, look);
  const isJustUp = up !== undefined && isFresh(up, look.before?.operations);
  return Math.max(endsSince(container, look.before), Number(isJustUp));
}

/** `isDone`: an operation has just changed the repository's services. */
function sightingsOf(container: SeenContainer, look: Look, isDone: boolean): Sighting[] {
  const { repository, name, service, health } = container;
  const subject: Subject = {
    repository,
    container: name,
    ...(service !== undefined && { service }),
  };
  const unhealthy = isAlive(container) && health === 'unhealthy';
  return [
    ...endingOf(container, look, { subject, isDone }),
    ...(unhealthy
      ? [{ kind: 'container-unhealthy', level: 'error', subject, lasting: true } satisfies Sighting]
      : []),
  ];
}

/** Returns what is to say of the ends of one container: nothing when it runs, or has ended as it should. */
function endingOf(
  container: SeenContainer,
  look: Look,
  { subject, isDone }: { subject: Subject; isDone: boolean },
): Sighting[] {
  const { id, crashLoop, restarts } = container;
  const exitCode = container.exitCode ?? crashLoop?.exitCode;
  // A daemon that has come up again tells of every container of the last boot that it was killed.
  const died = isDone || !isSameBoot(look) ? 0 : endsOf(container, look);
  const kills = isDone ? 0 : killsOf(container, look, died);
  const recent = look.recent({ kind: 'container-died', subject });
  // One that its policy starts again after it came to its end does not run as somebody wanted.
  const isQuiet = exitCode === 0 && !isAlive(container) && died === 1 && kills === 0;
  const isStill = !isAlive(container) && recent !== undefined && recent.ended === undefined && !isDone;
  if (crashLoop === undefined && !isStill && kills === 0 && (died === 0 || isQuiet)) return [];
  // Of a loop that was not seen from its beginning, Docker's own count is what is known.
  const unseen = crashLoop === undefined || recent !== undefined ? 0 : restarts;
  const happened = Math.max(died, kills, unseen);
  return [
    {
      ...gravity({ isLoop: crashLoop !== undefined, kills, exitCode }),
      subject,
      lasting: crashLoop !== undefined || (!isAlive(container) && !isDone),
      happened,
      details: {
        ...(exitCode !== undefined && { exitCode }),
        ...(restarts > 0 && { restarts }),
        ...(kills > 0 && { kills }),
      },
      ...(happened > 0 && { container: id }),
    },
  ];
}

function gravity({
  isLoop,
  kills,
  exitCode,
}: {
  isLoop: boolean;
  kills: number;
  exitCode: number | undefined;
}): { kind: JournalKind; level: JournalEntry['level'] } {
  if (isLoop) return { kind: 'crash-loop', level: 'error' };
  if (kills > 0) return { kind: 'out-of-memory', level: 'error' };
  // Somebody has stopped it, or its policy has started a program again that had come to its end.
  const level = exitCode === 0 || STOPPED.includes(exitCode ?? -1) ? 'warning' : 'error';
  return { kind: 'container-died', level };
}

/**
 * Returns how many processes of a container were killed for want of memory since the last look: by its own count while it is
 * the same one, or by its end, where Docker says so, or where the kernel has killed something of the repository just then.
 */
function killsOf(container: SeenContainer, look: Look, died: number): number {
  const { id, exitCode, crashLoop, outOfMemory, repository } = container;
  const before = look.before?.containers[containerKey(container)];
  const counted = look.memoryKills?.find(({ guid }) => guid === repository.guid)?.containers?.[id];
  const known = before?.id === id && isSameBoot(look) ? before.kills : undefined;
  const isTold = died > 0 || areUnexplained(repository.guid, look.now, look.before);
  if (isTold && counted !== undefined && known !== undefined && counted > known) return counted - known;
  if (died === 0) return 0;
  if (outOfMemory === true) return died;
  const wasKilled = (exitCode ?? crashLoop?.exitCode ?? KILLED) === KILLED;
  return wasKilled ? Math.min(died, repositoryKills(repository.guid, look)) : 0;
}

/** Returns how many processes of a repository were killed since the last look; none where nobody counted before. */
function repositoryKills(guid: string, look: Look): number {
  const { before, memoryKills } = look;
  if (!isSameBoot(look)) return 0;
  const kills = memoryKills?.find((one) => one.guid === guid)?.kills;
  const known = before?.repositories[guid]?.kills;
  return kills === undefined || known === undefined ? 0 : Math.max(0, kills - known);
}

/** Returns the processes of a repository that were killed in containers that are gone, or that do not count them. */
function unknownKills(
  repository: { guid: string; name: string },
  sightings: readonly Sighting[],
  look: Look,
): Sighting[] {
  if (!areUnexplained(repository.guid, look.now, look.before)) return [];
  const told = sightings
    .filter(({ subject }) => subject.repository?.guid === repository.guid)
    .reduce((sum, { details }) => sum + Number(details?.['kills'] ?? 0), 0);
  const kills = repositoryKills(repository.guid, look) - told;
  if (kills <= 0) return [];
  return [
    {
      ...{ kind: 'out-of-memory', level: 'error', subject: { repository } },
      ...{ lasting: false, happened: kills, details: { kills } },
    },
  ];
}
