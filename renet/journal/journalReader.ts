import type { JournalEntry, Moment } from '../../shared/journal/entry.ts';
import { isWithin } from '../../shared/journal/moments.ts';
import { latestLines } from '../../shared/journal/order.ts';
import type { Notice } from '../../shared/notices.ts';
import { watchFolder } from '../operation/log/logReader.ts';
import { journalFolder, spareJournalFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { bootClock } from '../process.ts';
import { isJournalKept } from './journalWriter.ts';
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

/** Returns this moment of the machine. */
export function thisMoment(): Moment {
  return { at: Date.now(), boot: bootClock() };
}

/**
 * Reads a machine's journal, also while it is written: each entry as it was written last. Spoiled lines are passed over, and
 * said; no journal at all is an empty one.
 */
export async function readJournal(
  paths: Paths,
  { after = 0, since, limit = DEFAULT_LIMIT }: JournalRequest,
  now = thisMoment(),
): Promise<ReadJournal> {
  const entries = new Map<number, JournalEntry>();
  const places = new Map<string, number>();
  const most = Math.min(limit, MOST_ENTRIES);
  let spoiled = 0;
  let last = 0;
  for (const segment of (await journalSegments(paths)).sort((a, b) => b.first - a.first)) {
    const read = await readSegment(segment);
    places.set(segment.path, read.position);
    spoiled += read.spoiled;
    last = read.lines.reduce((highest, { n }) => Math.max(highest, n), last);
    // An entry of which a newer segment has a line is told by that one.
    const unknown = latestLines(read.lines).filter(({ entry }) => !entries.has(entry));
    const wanted = unknown.filter(
      (entry) => entry.n > after && (since === undefined || isWithin(entry, since, now)),
    );
    for (const entry of wanted) entries.set(entry.entry, entry);
    // Older segments have older lines alone; what goes on stands at the beginning of this one too.
    const isOld = since !== undefined && read.lines.length > 0 && wanted.length === 0;
    if (entries.size >= most || segment.first <= after || isOld) break;
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
 * Resolves with `closed`.
 */
export async function sendJournal(
  paths: Paths,
  { follow = false, ...request }: JournalRequest & { follow?: boolean | undefined },
  sink: JournalSink,
  signal: AbortSignal,
): Promise<'closed'> {
  const changes = watchFolder(journalFolder(paths));
  const isOver = (): boolean => signal.aborted;
  try {
    let seen = changes.count();
    const { entries, notices, last, places } = await readJournal(paths, request);
    for (const notice of notices) if (!isOver()) await sink.notice(notice);
    for (const entry of entries) if (!isOver()) await sink.entry(entry);
    let sent = Math.max(last, request.after ?? 0);
    while (follow && !isOver()) {
      await changes.next(seen, signal);
      seen = changes.count();
      const { lines, spoiled } = await newLines(paths, places, sent);
      for (const notice of spoiledNotices(spoiled)) if (!isOver()) await sink.notice(notice);
      for (const line of lines) {
        if (isOver()) break;
        await sink.entry(line);
        sent = line.n;
      }
    }
    return 'closed';
  } finally {
    changes.close();
  }
}

/** Reads the lines after a number, in their order. `places` has how far each segment was read, and is moved on. */
async function newLines(
  paths: Paths,
  places: Map<string, number>,
  after: number,
): Promise<{ lines: JournalEntry[]; spoiled: number }> {
  const lines = new Map<number, JournalEntry>();
  let spoiled = 0;
  for (const folder of [journalFolder(paths), spareJournalFolder(paths)]) {
    const segments = await segmentsIn(folder);
    const newest = segments.findLastIndex(({ path }) => places.has(path));
    for (const segment of segments.slice(Math.max(0, newest))) {
      const read = await readSegment(segment, places.get(segment.path));
      places.set(segment.path, read.position);
      spoiled += read.spoiled;
      for (const line of read.lines) if (line.n > after) lines.set(line.n, line);
    }
  }
  return { lines: [...lines.values()].sort((a, b) => a.n - b.n), spoiled };
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
