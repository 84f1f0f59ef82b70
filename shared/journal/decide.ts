import type { Baseline } from './baseline.ts';
import { nextBaseline } from './baseline.ts';
import { judgeBoot } from './boot.ts';
import { judgeContainers } from './containers.ts';
import { storyOf } from './entry.ts';
import type { JournalEntry, Moment } from './entry.ts';
import { judgeAutostart, judgeClocks, judgeFigures } from './machine.ts';
import type { JournalObservation } from './observation.ts';
import { judgeOperations } from './operations.ts';
import { purposeOf } from './purpose.ts';
import type { Purpose } from './purpose.ts';
import { judgeRepositories } from './repositories.ts';
import type { Judgement, Look } from './sighting.ts';
import { endStory, isDue, isForgotten, isRecent, storyAfter } from './stories.ts';
import type { Story } from './stories.ts';

/** The state of a journal: what it tells of now, and what the last look saw. */
export interface JournalState {
  /** The number of the next line. */
  readonly next: number;
  /** The entries that go on, or ended a short while ago, by `storyOf`. */
  readonly stories: ReadonlyMap<string, Story>;
  /** What was first seen at that moment, and has not lasted long enough for an entry. */
  readonly settling: ReadonlyMap<string, Moment>;
  /** Absent before the first look ever. */
  readonly before?: Baseline | undefined;
}

/** A line to write. `container`: the id of the container whose last words it should have. */
export interface DecidedLine {
  entry: JournalEntry;
  container?: string | undefined;
}

/** Makes the state of a journal that has no entry yet. */
export function emptyJournal(next = 1): JournalState {
  return { next, stories: new Map(), settling: new Map() };
}

/**
 * Decides what a look at the machine adds to its journal. Returns the state after it, and the lines to write, in order. What
 * an entry says is written at once; when it changes often, it is written less and less often, and `state` has the rest.
 */
export function decide(
  state: JournalState,
  observation: JournalObservation,
  now: Moment,
): { state: JournalState; lines: DecidedLine[] } {
  const { before } = state;
  const look: Look = {
    ...observation,
    now,
    before,
    recent: (about) => {
      const story = state.stories.get(storyOf(about));
      return story !== undefined && isRecent(story, now) ? story.entry : undefined;
    },
  };
  const purpose = purposeOf(look);
  const { stories, settling } = toldBy(state, look, judgementsOf(look, purpose));
  const lines: DecidedLine[] = [];
  let next = state.next;
  for (const [key, story] of stories) {
    if (isForgotten(story, now)) stories.delete(key);
    if (!isDue(story, now)) continue;
    const entry = { ...story.entry, n: next, entry: story.told === undefined ? next : story.entry.entry };
    next += 1;
    const { container } = story;
    lines.push({ entry, ...(container !== undefined && { container }) });
    stories.set(key, { entry, told: now });
  }
  return {
    state: {
      next,
      stories,
      settling,
      before: nextBaseline(observation, now, { before, done: purpose.done }),
    },
    lines,
  };
}

function judgementsOf(look: Look, purpose: Purpose): Judgement[] {
  return [
    judgeBoot(look),
    judgeClocks(look),
    judgeOperations(look),
    judgeFigures(look),
    judgeContainers(look, purpose),
    judgeRepositories(look, purpose),
    judgeAutostart(look, purpose.held),
  ];
}

/** Returns the stories after these judgements, those that changed marked as such. */
function toldBy(
  state: JournalState,
  { now, before }: Look,
  judgements: readonly Judgement[],
): { stories: Map<string, Story>; settling: Map<string, Moment> } {
  const stories = new Map(state.stories);
  const settling = new Map<string, Moment>();
  const lasting = new Set<string>();
  for (const sighting of judgements.flatMap(({ sightings }) => sightings)) {
    const key = storyOf(sighting);
    if (sighting.lasting) lasting.add(key);
    const known = stories.get(key);
    const since = state.settling.get(key) ?? now;
    const isOpen = known !== undefined && known.entry.ended === undefined;
    if (!isOpen && now.boot.uptime - since.boot.uptime < (sighting.settles ?? 0)) {
      settling.set(key, since);
      continue;
    }
    const began = sighting.began ?? (state.settling.has(key) ? since : undefined);
    stories.set(
      key,
      storyAfter(known, { ...sighting, ...(began !== undefined && { began }) }, { now, before: before?.at }),
    );
  }
  for (const [key, story] of stories) {
    const { entry } = story;
    if (entry.ended !== undefined || lasting.has(key)) continue;
    if (judgements.some(({ isJudged }) => isJudged(entry)))
      stories.set(key, endStory(story, { now, before: before?.at }));
  }
  return { stories, settling };
}
