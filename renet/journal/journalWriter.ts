import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import type { Kept } from '../../shared/journal/kept.ts';
import {
  ensureFolder,
  readTextIfThere,
  removeIfThere,
  replaceAlone,
  syncPath,
  writeAtomically,
} from '../host.ts';
import { parseJson } from '../json.ts';
import { appendDurably } from '../operation/log/durableFile.ts';
import { beyond } from '../operation/log/retention.ts';
import { journalFolder, journalWriterFile, spareJournalFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { identify, isAlive, readIdentity } from '../process.ts';
import type { ProcessIdentity } from '../process.ts';
import { readSegment, segmentName, segmentsIn } from './segments.ts';
import type { Segment } from './segments.ts';

/**
 * The bytes after which a segment is followed by another, and those of all of them together; with what is kept beside them a
 * journal takes less than 50 MB.
 */
const SEGMENT_BYTES = 1_000_000;
const JOURNAL_BYTES = 46_000_000;
/** The bytes of lines that are kept in memory while the disk takes none. */
const SPARE_BYTES = 2_000_000;

/** The file beside the segments with what the last look saw (`Kept`). */
const KEPT_FILE = 'kept.json';

/** Tells whether a process that lives writes the journal. */
export async function isJournalKept(paths: Paths): Promise<boolean> {
  const noted = await notedWriter(paths);
  return noted !== undefined && isAlive(noted);
}

/** Reads which process has noted itself as the writer; undefined where none has, or the note is none. */
async function notedWriter(paths: Paths): Promise<ProcessIdentity | undefined> {
  return readIdentity(parseJson((await readTextIfThere(journalWriterFile(paths))) ?? ''));
}

/** Tells whether this process may write the journal, as no other one that lives does; notes it as the writer. */
export async function takeJournal(paths: Paths): Promise<boolean> {
  const noted = await notedWriter(paths);
  if (noted !== undefined && noted.pid === process.pid && isAlive(noted)) return true;
  if (noted !== undefined && isAlive(noted)) return false;
  await ensureFolder(paths.run, 0o755);
  await writeAtomically(journalWriterFile(paths), JSON.stringify(identify(process.pid)), { mode: 0o600 });
  return true;
}

/** Reads what was kept beside the lines last: of two, the newer one. Undefined where there is none, or it is spoiled. */
export async function readKept(paths: Paths): Promise<Kept | undefined> {
  const { keptSchema } = await import('../../shared/journal/kept.ts');
  const found = await Promise.all(
    [journalFolder(paths), spareJournalFolder(paths)].map(async (folder) => {
      const text = await readTextIfThere(join(folder, KEPT_FILE)).catch(() => undefined);
      return keptSchema.safeParse(parseJson(text ?? '')).data;
    }),
  );
  const newest = (kept: Kept): number => kept.before?.at.at ?? 0;
  return found
    .filter((kept) => kept !== undefined)
    .sort((a, b) => b.next - a.next || newest(b) - newest(a))
    .at(0);
}

/** Keeps what the last look saw; in memory where the disk takes it no more. Throws where neither does. */
export async function writeKept(paths: Paths, kept: Kept): Promise<void> {
  const text = `${JSON.stringify(kept)}\n`;
  const spare = join(spareJournalFolder(paths), KEPT_FILE);
  try {
    await replaceIn(journalFolder(paths), text);
    await removeIfThere(spare);
  } catch {
    await replaceIn(dirname(spare), text);
  }
}

async function replaceIn(folder: string, text: string): Promise<void> {
  await ensureFolder(folder, 0o700);
  await replaceAlone(join(folder, KEPT_FILE), text, { mode: 0o600 });
}

/**
 * Appends lines; they are on disk when this resolves. Where the disk takes none they are kept in memory, under /run, and
 * moved when it takes some again. `open`: the entries that go on, with which a new segment begins. Throws where neither
 * takes them.
 */
export async function appendLines(
  paths: Paths,
  lines: readonly JournalEntry[],
  open: readonly JournalEntry[],
): Promise<void> {
  try {
    await moveSpare(paths);
    await appendTo(journalFolder(paths), lines, { open, most: JOURNAL_BYTES });
  } catch {
    // Whatever is wrong with the disk: what happens just then matters most.
    await appendTo(spareJournalFolder(paths), lines, { open: [], most: SPARE_BYTES });
  }
}

/** Moves the lines that were kept in memory to the disk. Throws when it takes them no more. */
async function moveSpare(paths: Paths): Promise<void> {
  for (const segment of await segmentsIn(spareJournalFolder(paths))) {
    const { lines } = await readSegment(segment);
    await appendTo(journalFolder(paths), lines, { open: [], most: JOURNAL_BYTES });
    await removeIfThere(segment.path);
  }
}

async function appendTo(
  folder: string,
  lines: readonly JournalEntry[],
  { open, most }: { open: readonly JournalEntry[]; most: number },
): Promise<void> {
  const [first] = lines;
  if (first === undefined) return;
  await ensureFolder(folder, 0o700);
  const newest = (await segmentsIn(folder)).at(-1);
  const size = newest === undefined ? 0 : await sizeOf(newest);
  const carried = textOf(open.filter((entry) => !lines.some((line) => line.entry === entry.entry)));
  const text = textOf(lines);
  const isFull = size + text.length > Math.max(Math.min(SEGMENT_BYTES, most / 2), 2 * carried.length);
  if (newest !== undefined && !isFull) {
    await appendDurably(newest.path, text);
    return;
  }
  await appendDurably(join(folder, segmentName(first.n)), carried + text);
  await syncPath(folder);
  await removeOldest(folder, most);
}

async function removeOldest(folder: string, most: number): Promise<void> {
  const segments = (await segmentsIn(folder)).reverse();
  const measured = await Promise.all(
    segments.map(async (segment) => ({ log: segment, bytes: await sizeOf(segment) })),
  );
  for (const { path } of beyond(measured, most)) await removeIfThere(path);
}

async function sizeOf({ path }: Segment): Promise<number> {
  return (await lstat(path)).size;
}

const textOf = (entries: readonly JournalEntry[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
