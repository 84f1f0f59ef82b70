import type { JournalEntry, Moment } from './entry.ts';

/** The milliseconds between two looks up to which a moment between them counts as known. */
const KNOWN_WITHIN_MILLISECONDS = 2 * 60_000;

/**
 * Returns the milliseconds from one moment to a later one: by the clock that nobody can set within a boot, else by the
 * other; undefined where that one went back.
 */
export function between(from: Moment, to: Moment): number | undefined {
  if (from.boot.id === to.boot.id) return Math.max(0, to.boot.uptime - from.boot.uptime);
  return to.at < from.at ? undefined : to.at - from.at;
}

/**
 * Returns how long ago a moment was, in milliseconds. One of an earlier boot is at least as old as this boot, whatever the
 * clock says.
 */
export function ageOf(moment: Moment, now: Moment): number {
  const age = between(moment, now) ?? 0;
  return moment.boot.id === now.boot.id ? age : Math.max(age, now.boot.uptime);
}

/** Returns this moment for what was not so yet at the last look, `before`; without one nobody had looked yet. */
export function seenAt(now: Moment, before: Moment | undefined): Moment {
  const unseen = before === undefined ? now.boot.uptime : ageOf(before, now);
  return unseen <= KNOWN_WITHIN_MILLISECONDS ? now : { ...now, uncertain: Math.round(unseen) };
}

/** Tells whether an entry goes on, or was over no longer ago than these milliseconds. */
export function isWithin({ ended }: Pick<JournalEntry, 'ended'>, age: number, now: Moment): boolean {
  return ended === undefined || ageOf(ended, now) <= age;
}
