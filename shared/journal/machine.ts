import { judgeLoad, judgeSpace } from '../health.ts';
import type { HealthCheck } from '../health.ts';
import { CLOCK_TOLERANCE_MILLISECONDS } from '../operationClock.ts';
import { boundedError } from './bounds.ts';
import type { JournalKind, Subject } from './entry.ts';
import { ageOf } from './moments.ts';
import { isSameBoot } from './sighting.ts';
import type { Judgement, Look, Sighting } from './sighting.ts';

/** The milliseconds without a look from which on the journal says that nobody looked. */
const UNWATCHED_MILLISECONDS = 5 * 60_000;

/** Looks at the figures of the machine, by the table of docs/health.md: load, memory, datastore and other disks. */
export function judgeFigures({ metrics, disks }: Look): Judgement {
  const figures =
    metrics === undefined
      ? []
      : [
          high('load-high', judgeLoad(metrics)),
          high('memory-high', judgeSpace('memory', metrics.memory, {})),
          high('datastore-full', judgeSpace('datastore', metrics.datastore, {}), {
            path: metrics.datastore.path,
          }),
        ];
  const full = (disks ?? []).map((disk) =>
    high('disk-full', judgeSpace('disk', disk, {}), { path: disk.path }),
  );
  return {
    sightings: [...figures, ...full].flat(),
    isJudged: ({ kind }) =>
      kind === 'disk-full'
        ? disks !== undefined
        : metrics !== undefined && ['load-high', 'memory-high', 'datastore-full'].includes(kind),
  };
}

function high(kind: JournalKind, { level, details }: HealthCheck, subject: Subject = {}): Sighting[] {
  return level === 'ok' ? [] : [{ kind, level, details, subject, lasting: true }];
}

/**
 * Looks at the clocks: one that was set, or a machine that was paused, and a time in which nobody looked. A clock that is
 * kept right moves by less than is told.
 */
export function judgeClocks(look: Look): Judgement {
  const { before, now } = look;
  const isJudged: Judgement['isJudged'] = ({ kind }) => kind === 'clock-jumped' || kind === 'not-watched';
  if (before === undefined || !isSameBoot(look)) return { sightings: [], isJudged };
  const unseen = ageOf(before.at, now);
  const seconds = Math.round((now.at - before.at.at - unseen) / 1000);
  const moment = { subject: {}, lasting: false };
  const jumped: Sighting = { kind: 'clock-jumped', level: 'warning', details: { seconds }, ...moment };
  const unwatched: Sighting = {
    ...{ kind: 'not-watched', level: 'ok', ...moment },
    ...{ began: before.at, ended: now, milliseconds: unseen },
  };
  return {
    sightings: [
      ...(Math.abs(seconds) * 1000 > CLOCK_TOLERANCE_MILLISECONDS ? [jumped] : []),
      ...(unseen > UNWATCHED_MILLISECONDS ? [unwatched] : []),
    ],
    isJudged,
  };
}

/** Looks at what the keys of autostart would do at the next boot. */
export function judgeAutostart({ autostart, inventory }: Look, held: ReadonlySet<string>): Judgement {
  if (autostart === undefined) return { sightings: [], isJudged: () => false };
  const changing = new Set(
    (inventory?.operations ?? [])
      .filter(({ state }) => state === 'running')
      .map(({ repository }) => repository.guid),
  );
  const isFrozen = (guid: string): boolean => held.has(guid) || changing.has(guid);
  const broken = autostart.repositories.flatMap(({ guid, name, problems }): Sighting[] => {
    const [error] = problems;
    if (error === undefined || isFrozen(guid)) return [];
    const details = { problems: problems.length };
    return [
      {
        kind: 'autostart-broken',
        level: 'error',
        subject: { repository: { guid, name } },
        lasting: true,
        ...{ details, error: boundedError(error) },
      },
    ];
  });
  const { problem } = autostart.unit;
  const unit: Sighting[] =
    problem === undefined
      ? []
      : [{ kind: 'autostart-broken', level: 'error', subject: {}, lasting: true, error: problem }];
  return {
    sightings: [...unit, ...broken],
    isJudged: ({ kind, subject }) => kind === 'autostart-broken' && !isFrozen(subject.repository?.guid ?? ''),
  };
}
