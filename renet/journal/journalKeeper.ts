import type { AppError } from '../../shared/errors.ts';
import { toAppError } from '../../shared/errors.ts';
import { decide } from '../../shared/journal/decide.ts';
import type { DecidedLine, JournalState } from '../../shared/journal/decide.ts';
import { storyOf } from '../../shared/journal/entry.ts';
import type { JournalEntry, Moment } from '../../shared/journal/entry.ts';
import { keptOf, stateFrom } from '../../shared/journal/kept.ts';
import { withLastWords } from '../../shared/journal/lastWords.ts';
import type { LastWords } from '../../shared/journal/lastWords.ts';
import { ageOf } from '../../shared/journal/moments.ts';
import type { JournalObservation } from '../../shared/journal/observation.ts';
import { journalFolder, spareJournalFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { thisMoment } from './journalReader.ts';
import { appendLines, readKept, takeJournal, writeKept } from './journalWriter.ts';
import { readSegment, segmentsIn } from './segments.ts';

/** The dependencies of a journal's keeper. */
export interface JournalDependencies {
  paths: Paths;
  /** Returns this moment of the machine. */
  clock?: () => Moment;
  /**
   * Finds out how a container ended and what it wrote last. `guid`: its repository. It is asked when the entry of its end is
   * written, which waits a second for its answer; what comes later is written with a later look.
   */
  lastWords?: (container: { guid: string; id: string }) => Promise<LastWords>;
}

/** The one writer of a machine's journal. */
export interface JournalKeeper {
  /**
   * Writes what this look adds to the journal. Looks are taken one after the other; of those that come while one is still
   * written, only the newest counts, with what it leaves out from the others. Resolves when it is on disk, or as near to it
   * as the disk allows. Throws nothing: `problem` says what went wrong.
   */
  observe: (observation: JournalObservation) => Promise<void>;
  /** Returns why the last look could not be written; undefined when it was. */
  problem: () => AppError | undefined;
  /** Writes what waits, and resolves when the last look is written. */
  close: () => Promise<void>;
}

/** The milliseconds after which what the last look saw is kept again, though nothing has happened. */
const KEEP_MILLISECONDS = 60_000;
/** The milliseconds for finding out how the containers of one look ended, and the containers that are asked for. */
const LAST_WORDS_MILLISECONDS = 1_000;
const LAST_WORDS_AT_ONCE = 16;
/** The lines that are remembered while nothing takes them. */
const MOST_UNWRITTEN = 1000;
/** The newest segments, which have every entry that goes on. */
const SEGMENTS_READ = 2;

/** Makes the keeper of a machine's journal. Nothing is read or written before the first look. */
export function createJournalKeeper(dependencies: JournalDependencies): JournalKeeper {
  const { paths, clock = thisMoment } = dependencies;
  let state: JournalState | undefined;
  let unwritten: JournalEntry[] = [];
  let keptAt: Moment | undefined;
  let problem: AppError | undefined;
  let waiting: JournalObservation | undefined;
  let working: Promise<void> | undefined;
  let late: LateWords[] = [];

  const keep = async (now: Moment): Promise<void> => {
    if (state === undefined) return;
    await writeKept(paths, keptOf(state, unwritten));
    keptAt = now;
  };
  const write = async (now: Moment): Promise<void> => {
    const isStale = keptAt === undefined || ageOf(keptAt, now) >= KEEP_MILLISECONDS;
    if (state === undefined || (unwritten.length === 0 && !isStale)) return;
    // First what was decided, so that a writer that is killed in between does not decide it again.
    await keep(now);
    if (unwritten.length === 0) return;
    await appendLines(paths, unwritten, openEntries(state));
    unwritten = [];
  };
  const look = async (observation: JournalObservation): Promise<void> => {
    // Another agent of the machine may still be ending, and what it writes until then is read first.
    if (!(await takeJournal(paths))) {
      state = undefined;
      return;
    }
    const now = clock();
    if (state === undefined) {
      const loaded = await loadState(paths, now);
      state = loaded.state;
      unwritten = loaded.unwritten;
    }
    const spoken = withLateWords(state, late, now);
    late = [];
    const decided = decide(spoken.state, observation, now);
    const words = await withWords(decided.lines, dependencies, (one) => late.push(one));
    const lines = [...spoken.lines, ...words];
    state = withLines(decided.state, words, now);
    unwritten = [...unwritten, ...lines].slice(-MOST_UNWRITTEN);
    await write(now);
  };
  const work = async (): Promise<void> => {
    for (let next = waiting; next !== undefined; next = waiting) {
      waiting = undefined;
      try {
        await look(next);
        problem = undefined;
      } catch (error) {
        problem = toAppError(error);
      }
    }
    working = undefined;
  };

  return {
    observe: (observation) => {
      waiting = { ...waiting, ...defined(observation) };
      working ??= work();
      return working;
    },
    problem: () => problem,
    close: async () => {
      await working;
      await keep(clock()).catch((error: unknown) => {
        problem = toAppError(error);
      });
    },
  };
}

/** Reads what is known of the journal, and the lines that were decided and never written. */
async function loadState(
  paths: Paths,
  now: Moment,
): Promise<{ state: JournalState; unwritten: JournalEntry[] }> {
  const kept = await readKept(paths);
  const segments = [
    ...(await segmentsIn(journalFolder(paths))).slice(-SEGMENTS_READ),
    ...(await segmentsIn(spareJournalFolder(paths))),
  ];
  const read = [];
  for (const segment of segments) read.push(...(await readSegment(segment)).lines);
  const written = new Set(read.map(({ n }) => n));
  const unwritten = (kept?.lines ?? []).filter(({ n }) => !written.has(n));
  const highest = segments.reduce((most, { first }) => Math.max(most, first), 0);
  return { state: stateFrom([...read, ...unwritten], { kept, highest, now }), unwritten };
}

function openEntries({ stories }: JournalState): JournalEntry[] {
  return [...stories.values()].flatMap(({ entry }) => (entry.ended === undefined ? [entry] : []));
}

/** Returns lines with the last words of their containers, as far as these are found out in time. */
async function withWords(
  lines: readonly DecidedLine[],
  { lastWords }: JournalDependencies,
  onLate: (late: LateWords) => void,
): Promise<JournalEntry[]> {
  const asked = lines.filter(({ container }) => container !== undefined).slice(0, LAST_WORDS_AT_ONCE);
  return Promise.all(
    lines.map(async (line) => {
      const { entry, container: id } = line;
      const guid = entry.subject.repository?.guid;
      if (lastWords === undefined || id === undefined || guid === undefined || !asked.includes(line))
        return entry;
      const words = await inTime(lastWords({ guid, id }), (late) =>
        onLate({ entry: entry.entry, words: late }),
      );
      return words === undefined ? entry : withLastWords(entry, words);
    }),
  );
}

/** Waits for work as long as an entry may wait. `onLate` is called with what comes later. */
async function inTime<T>(work: Promise<T>, onLate: (result: T) => void): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve(undefined);
    }, LAST_WORDS_MILLISECONDS);
  });
  const answered = work.then(
    (result) => {
      if (isLate) onLate(result);
      return result;
    },
    () => undefined,
  );
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** The last words that came after the entry with this number was written. */
interface LateWords {
  readonly entry: number;
  readonly words: LastWords;
}

/** Returns the lines that late words add, and the state with them. An entry that is forgotten by then stays as it is. */
function withLateWords(
  state: JournalState,
  late: readonly LateWords[],
  now: Moment,
): { state: JournalState; lines: JournalEntry[] } {
  const stories = new Map(state.stories);
  const lines: JournalEntry[] = [];
  for (const [key, story] of stories) {
    const words = late.find(({ entry }) => entry === story.entry.entry)?.words;
    if (words === undefined) continue;
    const entry = { ...withLastWords(story.entry, words), n: state.next + lines.length };
    lines.push(entry);
    stories.set(key, { ...story, entry, told: now });
  }
  return { state: { ...state, stories, next: state.next + lines.length }, lines };
}

/** Returns a state whose entries are as these lines have them. */
function withLines(state: JournalState, lines: readonly JournalEntry[], told: Moment): JournalState {
  const stories = new Map(state.stories);
  for (const entry of lines) if (stories.has(storyOf(entry))) stories.set(storyOf(entry), { entry, told });
  return { ...state, stories };
}

function defined(observation: JournalObservation): JournalObservation {
  return Object.fromEntries(Object.entries(observation).filter(([, part]) => part !== undefined));
}
