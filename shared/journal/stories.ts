import { HEALTH_LEVELS } from '../health.ts';
import { graverKind } from './entry.ts';
import type { JournalEntry, Moment } from './entry.ts';
import { ageOf, between, seenAt } from './moments.ts';
import type { Sighting } from './sighting.ts';

/** The milliseconds after its end within which what begins again is the same entry (crashLoop.ts has the same). */
const REOPENS_MILLISECONDS = 10 * 60_000;

/** The changes of an entry that are written at once; later ones wait a tenth of its age, in these bounds. */
const TOLD_AT_ONCE = 3;
const SHORTEST_WAIT_MILLISECONDS = 10_000;
const LONGEST_WAIT_MILLISECONDS = 10 * 60_000;

/** An entry that may still change. */
export interface Story {
  readonly entry: JournalEntry;
  /** When its last line was written; absent when none was. */
  readonly told?: Moment | undefined;
  /** True when it has changed since. */
  readonly changed?: boolean;
  /** True when the change must not wait. */
  readonly urgent?: boolean;
  readonly container?: string | undefined;
}

/** This look, and the moment of the one before. */
interface Looks {
  now: Moment;
  before: Moment | undefined;
}

/** Tells whether what is seen again would be the same entry. */
export function isRecent({ entry: { ended } }: Story, now: Moment): boolean {
  return ended === undefined || ageOf(ended, now) < REOPENS_MILLISECONDS;
}

/** Tells whether nothing more can come of an entry. */
export function isForgotten(story: Story, now: Moment): boolean {
  return story.changed !== true && !isRecent(story, now);
}

/** Tells whether an entry has changed and its line is to be written now. */
export function isDue({ entry, told, changed, urgent }: Story, now: Moment): boolean {
  if (changed !== true) return false;
  if (told === undefined || urgent === true || entry.count <= TOLD_AT_ONCE) return true;
  const wait = Math.min(LONGEST_WAIT_MILLISECONDS, ageOf(entry.began, now) / 10);
  return ageOf(told, now) >= Math.max(SHORTEST_WAIT_MILLISECONDS, wait);
}

/** Returns a story after a sighting: begun, begun again, or gone on. */
export function storyAfter(known: Story | undefined, sighting: Sighting, looks: Looks): Story {
  const { now } = looks;
  if (known === undefined || !isRecent(known, now)) return begunStory(sighting, looks);
  const { entry } = known;
  const happened = Math.max(sighting.happened ?? 0, entry.ended === undefined ? 0 : 1);
  const merged: JournalEntry = {
    ...entry,
    ended: undefined,
    milliseconds: undefined,
    kind: graverKind(entry.kind, sighting.kind),
    level: worse(entry.level, sighting.level),
    subject: sighting.subject,
    count: entry.count + happened,
    details: mergedDetails(entry.details, sighting.details ?? {}),
    ...pick(sighting, 'error', 'lastLines'),
  };
  const next = sighting.lasting ? merged : closed(merged, sighting, looks);
  if (isSame(entry, next)) return known;
  return {
    ...known,
    entry: next,
    changed: true,
    urgent: known.urgent === true || next.level !== entry.level || next.kind !== entry.kind,
    container: sighting.container ?? known.container,
  };
}

/** Returns a story that is over now. */
export function endStory(story: Story, looks: Looks): Story {
  return { ...story, changed: true, entry: closed(story.entry, {}, looks) };
}

function begunStory(sighting: Sighting, looks: Looks): Story {
  const { kind, level, subject, details = {}, happened = 1, lasting, container } = sighting;
  const entry: JournalEntry = {
    ...{ n: 1, entry: 1, kind, level, subject },
    began: sighting.began ?? seenAt(looks.now, looks.before),
    count: Math.max(1, happened),
    details,
    ...pick(sighting, 'error', 'lastLines'),
  };
  return { entry: lasting ? entry : closed(entry, sighting, looks), changed: true, container };
}

/** Returns an entry that has ended, now unless the sighting knows better. What happened at one moment ended as it began. */
function closed(
  entry: JournalEntry,
  { ended: known, milliseconds: lasted }: Pick<Sighting, 'ended' | 'milliseconds'>,
  { now, before }: Looks,
): JournalEntry {
  const ended = known ?? seenAt(now, before);
  const milliseconds = lasted ?? between(entry.began, ended);
  return { ...entry, ended, ...(milliseconds !== undefined && { milliseconds }) };
}

function worse(a: JournalEntry['level'], b: JournalEntry['level']): JournalEntry['level'] {
  return HEALTH_LEVELS.indexOf(a) < HEALTH_LEVELS.indexOf(b) ? b : a;
}

/** The details that are counted together, and those of which the highest is told. */
const SUMMED = ['kills'];
const HIGHEST = ['percent', 'load'];

function mergedDetails(
  known: JournalEntry['details'],
  seen: JournalEntry['details'],
): JournalEntry['details'] {
  const merged = Object.entries(seen).map(([name, value]) => {
    const was = known[name];
    if (typeof was !== 'number' || typeof value !== 'number') return [name, value] as const;
    if (SUMMED.includes(name)) return [name, was + value] as const;
    return [name, HIGHEST.includes(name) ? Math.max(was, value) : value] as const;
  });
  return { ...known, ...Object.fromEntries(merged) };
}

function isSame(a: JournalEntry, b: JournalEntry): boolean {
  return (
    a.count === b.count &&
    a.kind === b.kind &&
    a.level === b.level &&
    a.ended === b.ended &&
    a.subject.repository?.name === b.subject.repository?.name &&
    JSON.stringify([a.details, a.error]) === JSON.stringify([b.details, b.error])
  );
}

function pick(
  sighting: Sighting,
  ...names: ('error' | 'lastLines')[]
): Pick<Sighting, 'error' | 'lastLines'> {
  return Object.fromEntries(
    names.flatMap((name) => (sighting[name] === undefined ? [] : [[name, sighting[name]]])),
  );
}
