import type { JournalEntry, JournalKind, Subject } from './entry.ts';
import { boundedText } from './bounds.ts';
import { judgeSpace } from '../health.ts';
import type { SeenRepository } from './observation.ts';
import type { Purpose } from './purpose.ts';
import { isOpen, isSameBoot } from './sighting.ts';
import type { Judgement, Look, Sighting } from './sighting.ts';

/** The milliseconds that a repository has to be degraded: a container that is started again makes it so for a moment. */
const DEGRADED_SETTLES_MILLISECONDS = 30_000;

/** The states of a repository whose services run, all or in part. */
const RUNNING = ['running', 'degraded'];

const KINDS: readonly JournalKind[] = [
  'repository-degraded',
  'repository-stopped',
  'repository-damaged',
  'volume-deleted',
  'daemon-ended',
  'volume-full',
];

/** Looks at the repositories: damaged, degraded, stopped by nobody, without its daemon, or full. */
export function judgeRepositories(look: Look, purpose: Purpose): Judgement {
  const { inventory } = look;
  if (inventory === undefined) return { sightings: [], isJudged: () => false };
  const { repositories } = inventory;
  const frozen = new Set(
    repositories
      .filter(({ guid, state }) => purpose.held.has(guid) || state === 'busy' || state === 'unknown')
      .map(({ guid }) => guid),
  );
  return {
    sightings: repositories.flatMap((repository) =>
      frozen.has(repository.guid)
        ? judgeVolume(repository)
        : [...judgeVolume(repository), ...judgeState(repository, look, purpose)],
    ),
    isJudged: ({ kind, subject }) =>
      KINDS.some((one) => one === kind) &&
      (kind === 'volume-full' || !frozen.has(subject.repository?.guid ?? '')),
  };
}

function judgeVolume({ guid, name, mounted, used, available }: SeenRepository): Sighting[] {
  if (!mounted || used === undefined || available === undefined) return [];
  const { level, details } = judgeSpace('volume', { total: used + available, available }, {});
  if (level === 'ok') return [];
  return [
    {
      kind: 'volume-full',
      level,
      details,
      subject: { repository: { guid, name } },
      lasting: true,
      happened: 0,
    },
  ];
}

function judgeState(repository: SeenRepository, look: Look, { done }: Purpose): Sighting[] {
  const { guid, name, state, notices, damage } = repository;
  const subject: Subject = { repository: { guid, name } };
  const about = (
    kind: JournalKind,
    level: JournalEntry['level'],
    more: Partial<Sighting> = {},
  ): Sighting => ({
    ...{ kind, level, subject, lasting: true },
    ...more,
  });
  if (notices.some(({ code }) => code === 'volume-deleted'))
    return [about('volume-deleted', 'critical', { details: { path: repository.path } })];
  if (state === 'damaged')
    return [about('repository-damaged', 'critical', { details: { reason: boundedText(damage ?? '') } })];
  if (state === 'degraded')
    return [about('repository-degraded', 'error', { settles: DEGRADED_SETTLES_MILLISECONDS })];
  if (guid in done) return [];
  return [
    ...(hasLostDaemon(repository, look) ? [about('daemon-ended', 'error')] : []),
    ...(hasStopped(repository, look) ? [about('repository-stopped', 'warning', { details: { state } })] : []),
  ];
}

/** Tells whether a repository's daemon was up at the last look, or is known to have ended, and is not up now. */
function hasLostDaemon({ guid, name, mounted, daemon }: SeenRepository, look: Look): boolean {
  if (!mounted || daemon) return false;
  const wasUp = isSameBoot(look) && look.before?.repositories[guid]?.daemon === true;
  return wasUp || isOpen(look, { kind: 'daemon-ended', subject: { repository: { guid, name } } });
}

/** Tells whether a repository ran at the last look, or is known to have stopped since, and does not run now. */
function hasStopped(repository: SeenRepository, look: Look): boolean {
  const { guid, name, state, mounted, daemon } = repository;
  if (RUNNING.includes(state) || (mounted && !daemon)) return false;
  const ran = isSameBoot(look) && RUNNING.includes(look.before?.repositories[guid]?.state ?? '');
  return ran || isOpen(look, { kind: 'repository-stopped', subject: { repository: { guid, name } } });
}
