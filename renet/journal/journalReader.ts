import type { JournalEntry, Moment } from '../../shared/journal/entry.ts';
import { isWithin } from '../../shared/journal/moments.ts';
import { latestLines } from '../../shared/journal/order.ts';
import type { Notice } from '../../shared/notices.ts';
import { watchFolder } from '../operation/log/logReader.ts';
import { journalFolder, spareJournalFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { bootClock } from '../process.ts';
import { isJournalKept } from './journalWriter.ts';
import { createQueue } from './queue.ts';
import { journalSegments, readSegment, segmentsIn } from './segments.ts';

/** The entries that are wanted: all of these at once. */
export interface JournalRequest {
  /** Those with a line after this number. */
  after?: number | undefined;
  /** Those that go on, or were over at most so many milliseconds ago: an age, as the reader's clock may be another. */
  since?: number | undefined;
  /** The newest of them, by their last lines. */
  limit?: number | undefined;
}

/** The receiver of what is read. Its calls may wait (for credit), and the reader waits with them. */
export interface JournalSink {
  entry(entry: JournalEntry): Promise<void>;
  notice(notice: Notice): Promise<void>;
}

/** The entries of a journal, in the order of their last lines, and what kept it from being whole. */
export interface ReadJournal {
  entries: JournalEntry[];
  notices: Notice[];
  /** The number of the last line. */
  last: number;
  /** How far each segment was read, by its path. */
  places: Map<string, number>;
}

/** The entries that are given without a limit, and the most that are given at once. */
const DEFAULT_LIMIT = 1000;
const MOST_ENTRIES = 10_000;

/** The turns of all readers of this process: many at once would fill its memory with segments, and its loop with parsing. */
const readings = createQueue(1);
/** The signal of who waits for as long as it takes. */
const NEVER = new AbortController().signal;

/** Returns this moment of the machine. */
export function thisMoment(): Moment {
  return { at: Date.now(), boot: bootClock() };
}

/**
 * Reads a machine's journal, also while it is written: each entry as it was written last. Spoiled lines are passed over, and
 * said; no journal at all is an empty one. One journal of this process is read at a time. Where `signal` aborts, what is
 * returned is not whole.
 */
export async function readJournal(
  paths: Paths,
  request: JournalRequest,
  now = thisMoment(),
  signal: AbortSignal = NEVER,
): Promise<ReadJournal> {
  const read = await readings(() => readEntries(paths, request, now, signal), signal);
  return read ?? { entries: [], notices: [], last: 0, places: new Map() };
}

async function readEntries(
  paths: Paths,
  { after = 0, since, limit = DEFAULT_LIMIT }: JournalRequest,
  now: Moment,
  signal: AbortSignal,
): Promise<ReadJournal> {
  const entries = new Map<number, JournalEntry>();
  const known = new Set<number>();
  const places = new Map<string, number>();
  const most = Math.min(limit, MOST_ENTRIES);
  let spoiled = 0;
  let last = 0;
  for (const segment of (await journalSegments(paths)).sort((a, b) => b.first - a.first)) {
    const read = await readSegment(segment);
    places.set(segment.path, read.position);
    spoiled += read.spoiled;
    last = read.lines.reduce((highest, { n }) => Math.max(highest, n), last);
    const isYoung = (line: JournalEntry): boolean => since === undefined || isWithin(line, since, now);
    // An entry of which a newer segment has a line is told by that one, also where that one is not wanted.
    const unknown = latestLines(read.lines).filter(({ entry }) => !known.has(entry));
    for (const line of unknown) {
      known.add(line.entry);
      if (line.n > after && isYoung(line)) entries.set(line.entry, line);
    }
    // Older segments have older lines alone; what goes on stands at the beginning of this one too.
    const isOld = read.lines.length > 0 && !read.lines.some(isYoung);
    if (entries.size >= most || segment.first <= after || isOld || signal.aborted) break;
  }
  // What goes on is news, however long ago it began.
  const isOpen = ({ ended }: JournalEntry): number => Number(ended === undefined);
  const newest = [...entries.values()].sort((a, b) => isOpen(b) - isOpen(a) || b.n - a.n).slice(0, most);
  return {
    entries: newest.sort((a, b) => a.n - b.n),
    notices: [...spoiledNotices(spoiled), ...(await keepingNotices(paths))],
    last,
    places,
  };
}

/**
 * Sends the journal as `readJournal` returns it; with `follow` then each line as it is written, until `signal` aborts.
 * Resolves with `closed`. `hold`: the turns of those who share a connection, as what was read is in memory until its reader
 * has taken it.
 */
export async function sendJournal(
  paths: Paths,
  { follow = false, ...request }: JournalRequest & { follow?: boolean | undefined },
  sink: JournalSink,
  signal: AbortSignal,
  hold = createQueue(1),
): Promise<'closed'> {
  const changes = watchFolder(journalFolder(paths));
  const isOver = (): boolean => signal.aborted;
  try {
    let seen = changes.count();
    const give = async (notices: readonly Notice[], lines: readonly JournalEntry[]): Promise<void> => {
      for (const notice of notices) if (!isOver()) await sink.notice(notice);
      for (const line of lines) if (!isOver()) await sink.entry(line);
    };
    const begun = await hold(async () => {
      const { entries, notices, ...read } = await readJournal(paths, request, thisMoment(), signal);
      await give(notices, entries);
      return read;
    }, signal);
    if (begun === undefined) return 'closed';
    let sent = Math.max(begun.last, request.after ?? 0);
    const goOn = async (): Promise<boolean> => {
      const news = await readings(() => newLines(paths, begun.places, sent), signal);
      await give(spoiledNotices(news?.spoiled ?? 0), news?.lines ?? []);
      sent = news?.lines.at(-1)?.n ?? sent;
      return (news?.lines.length ?? 0) > 0;
    };
    let isMore = false;
    while (follow && !isOver()) {
      if (!isMore) await changes.next(seen, signal);
      seen = changes.count();
      isMore = (await hold(goOn, signal)) ?? false;
    }
    return 'closed';
  } finally {
    changes.close();
  }
}

/**
 * Reads the lines after a number, in their order: those of the first segment that has some. `places` has how far each
 * segment was read, and is moved on.
 */
async function newLines(
  paths: Paths,
  places: Map<string, number>,
  after: number,
): Promise<{ lines: JournalEntry[]; spoiled: number }> {
  let spoiled = 0;
  for (const folder of [journalFolder(paths), spareJournalFolder(paths)]) {
    const segments = await segmentsIn(folder);
    const newest = segments.findLastIndex(({ path }) => places.has(path));
    for (const segment of segments.slice(Math.max(0, newest))) {
      const read = await readSegment(segment, places.get(segment.path));
      places.set(segment.path, read.position);
      spoiled += read.spoiled;
      const lines = read.lines.filter(({ n }) => n > after).sort((a, b) => a.n - b.n);
      if (lines.length > 0) return { lines, spoiled };
    }
  }
  return { lines: [], spoiled };
}

function spoiledNotices(lines: number): Notice[] {
  return lines === 0 ? [] : [{ code: 'journal-spoiled', details: { lines } }];
}

/** Returns what is to say of how the journal is kept now. */
async function keepingNotices(paths: Paths): Promise<Notice[]> {
  const spare = await segmentsIn(spareJournalFolder(paths));
  const folder = journalFolder(paths);
  return [
    ...(spare.length === 0 ? [] : [{ code: 'journal-in-memory', details: { folder } } as const]),
    ...((await isJournalKept(paths)) ? [] : [{ code: 'journal-unwatched', details: {} } as const]),
  ];
}
