import type { JournalEntry, JournalKind, Moment, Subject } from './entry.ts';
import type { Baseline } from './baseline.ts';
import type { JournalObservation } from './observation.ts';

/** Something that a look has found. */
export interface Sighting {
  kind: JournalKind;
  level: JournalEntry['level'];
  subject: Subject;
  details?: JournalEntry['details'];
  error?: JournalEntry['error'];
  lastLines?: JournalEntry['lastLines'];
  /** True for what is so now, and goes on until it is not seen any more; false for what happened and is over. */
  lasting: boolean;
  /** How many times it happened since the last look. */
  happened?: number;
  began?: Moment;
  ended?: Moment;
  milliseconds?: number;
  /** The milliseconds that it has to last before it is worth an entry. */
  settles?: number;
  /** The id of the container whose last words the entry should have. */
  container?: string;
}

/** A look at the machine, beside the one before. */
export interface Look extends JournalObservation {
  now: Moment;
  before: Baseline | undefined;
  /** Returns the entry of this trouble that goes on, or was over a short while ago. */
  recent: (about: { kind: JournalKind; subject: Subject }) => JournalEntry | undefined;
}

/**
 * What looking at one part of a machine came to. `isJudged` tells of an entry that was not sighted whether this look would
 * have seen it: then it is over. Otherwise it goes on, as nobody could tell.
 */
export interface Judgement {
  sightings: Sighting[];
  isJudged: (entry: JournalEntry) => boolean;
}

/** Tells whether an entry of this trouble goes on. */
export function isOpen(look: Pick<Look, 'recent'>, about: Parameters<Look['recent']>[0]): boolean {
  const entry = look.recent(about);
  return entry !== undefined && entry.ended === undefined;
}

/** Tells whether the last look was in this boot. */
export function isSameBoot({ before, now }: Pick<Look, 'before' | 'now'>): boolean {
  return before?.at.boot.id === now.boot.id;
}
