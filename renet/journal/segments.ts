import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { hasCode, listIfThere } from '../host.ts';
import { parseJson } from '../json.ts';
import { journalFolder, spareJournalFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';

/**
 * A file of the journal. Its name has the number of its first new line; before that stand the last lines of what went on
 * then, so that no entry that goes on is lost with an old segment.
 */
export interface Segment {
  path: string;
  first: number;
}

/** What was read of a segment. `position`: the place in bytes up to which it was read, the end of a line. */
export interface ReadSegment {
  lines: JournalEntry[];
  /** The lines that are none: torn by a power cut, or spoiled by the disk. */
  spoiled: number;
  position: number;
}

/** The most that is read of one segment, bytes; what is written is far smaller. */
const LARGEST_BYTES = 16 * 1024 * 1024;
/** The longest line that is read, characters: all of it has to be under way to a reader at once. */
const LONGEST_LINE = 64 * 1024;
/** The lines that are parsed before the process does something else. */
const LINES_AT_ONCE = 200;

const NAME = /^lines\.(\d{1,15})\.jsonl$/;
const CAREFULLY = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Returns the name of the segment whose first new line has this number. */
export function segmentName(first: number): string {
  return `lines.${String(first).padStart(15, '0')}.jsonl`;
}

/** Lists the segments in a folder, the oldest first; none where there is no such folder, or it cannot be read. */
export async function segmentsIn(folder: string): Promise<Segment[]> {
  const names = await listIfThere(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const first = Number(NAME.exec(name)?.[1]);
      return Number.isSafeInteger(first) ? [{ path: join(folder, name), first }] : [];
    })
    .sort((a, b) => a.first - b.first);
}

/** Lists the segments of a machine's journal, the oldest first: on its disk, then in memory. */
export async function journalSegments(paths: Paths): Promise<Segment[]> {
  return [...(await segmentsIn(journalFolder(paths))), ...(await segmentsIn(spareJournalFolder(paths)))];
}

/**
 * Reads the whole lines of a segment from a place on. What cannot be read, or is no file, has none; whatever stands in it,
 * this throws nothing.
 */
export async function readSegment({ path }: Segment, from = 0): Promise<ReadSegment> {
  const bytes = await readFrom(path, from);
  // A last line without an end is still being written, or will be ended by the next one.
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines: JournalEntry[] = [];
  let spoiled = 0;
  const parse = await loadEntryParser();
  for (const [index, text] of bytes.toString('utf8', 0, end).split('\n').entries()) {
    if (index % LINES_AT_ONCE === LINES_AT_ONCE - 1) await turn();
    if (text === '') continue;
    const line = text.length > LONGEST_LINE ? undefined : parse(text);
    if (line === undefined) spoiled += 1;
    else lines.push(line);
  }
  return { lines, spoiled, position: from + end };
}

async function readFrom(path: string, from: number): Promise<Buffer> {
  try {
    const file = await open(path, CAREFULLY);
    try {
      const kind = await file.stat();
      const length = Math.min(kind.size - from, LARGEST_BYTES);
      if (!kind.isFile() || length <= 0) return Buffer.alloc(0);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    // It was the oldest and has gone since, or the disk does not give it out: the others are read all the same.
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EIO', 'ENXIO', 'EISDIR', 'EACCES'))
      return Buffer.alloc(0);
    throw error;
  }
}

/** Loads the schema of a line. It is not loaded with the agent, whose start it would slow. */
async function loadEntryParser(): Promise<(text: string) => JournalEntry | undefined> {
  const { journalEntrySchema } = await import('../../shared/journal/entry.ts');
  return (text) => journalEntrySchema.safeParse(parseJson(text)).data;
}
