import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { OperationHead, Verdict } from '../../../shared/model.ts';
import { permitted, withFileLock } from '../store/fileLock.ts';
import { foldHistory, parseHistory, unfoldEntry } from './historyLines.ts';
import type { HistoryEntry, HistoryLine, ParsedHistory } from './historyLines.ts';
import type { MachineReference } from '../machineReference.ts';

export type { HistoryEntry } from './historyLines.ts';

/** The bytes beyond which the file is written anew with the newest entries, which then take up at most half of it. */
const COMPACT_AT = 16 * 1024 * 1024;

/**
 * The history on the admin's computer, in `history.jsonl` of the state folder: the operations that were started or
 * followed there. The whole log of an operation stays on its machine. The history holds no secret and no output.
 */
export interface History {
  /** Notes that an operation began. Throws `not-permitted`, `configuration-busy`. */
  started(machine: MachineReference, operation: OperationNote): Promise<void>;
  /** Notes how an operation ended. `endedAt`: milliseconds since the epoch. */
  ended(machine: MachineReference, id: string, verdict: Verdict, endedAt: number): Promise<void>;
  /**
   * Lists operations of one machine or of all, the newest first. Lines that cannot be read are moved to the file
   * `keptAside`, for a person to look at; the other lines stay.
   */
  list(options: HistoryQuery): Promise<{ entries: HistoryEntry[]; keptAside?: string }>;
}

/** The data of an operation that are noted at its start. `repository` is the name. */
type OperationNote = Pick<OperationHead, 'id' | 'verb' | 'startedAt'> & { repository: string };

interface HistoryQuery {
  readonly machine?: Pick<MachineReference, 'context' | 'machine'>;
  /** The most operations to list; without it, all that are kept. */
  readonly limit?: number;
}

/**
 * Opens the history in `stateFolder` (absolute; made when missing). `compactAt`: the bytes beyond which the file is
 * written anew.
 */
export function openHistory(stateFolder: string, compactAt = COMPACT_AT): History {
  const path = join(stateFolder, 'history.jsonl');
  const aside = join(stateFolder, 'history.damaged.jsonl');

  const append = (line: HistoryLine): Promise<void> =>
    withFileLock(path, async (stillOurs) => {
      if ((await appendLines(path, [JSON.stringify(line)])) > compactAt)
        await rewrite(compactAt / 2, stillOurs);
    });

  /**
   * Moves damaged lines aside and keeps the newest entries that fit into `limit` bytes. Called under the lock; `stillOurs`
   * throws once that was taken away: lines that another process has written in the meantime would be lost.
   */
  const rewrite = async (limit: number, stillOurs: () => void): Promise<ParsedHistory> => {
    const parsed = parseHistory(await readOrEmpty(path));
    if (parsed.damaged.length > 0) await appendLines(aside, parsed.damaged);
    stillOurs();
    await writeFileAtomic(path, newestThatFit(foldHistory(parsed.lines), limit), { mode: 0o600 });
    return parsed;
  };

  const read = async (): Promise<ParsedHistory> => {
    const parsed = parseHistory(await permitted(readOrEmpty(path)));
    // A line that looks damaged may be one that another process is writing: under the lock it is whole.
    return parsed.damaged.length > 0
      ? withFileLock(path, (stillOurs) => rewrite(compactAt, stillOurs))
      : parsed;
  };

  return {
    started: ({ context, machine }, { id, verb, repository, startedAt }) =>
      append({ type: 'started', context, machine: machine.name, id, verb, repository, startedAt }),
    ended: ({ context, machine }, id, { kind, reason, error }, endedAt) =>
      append({
        type: 'ended',
        context,
        machine: machine.name,
        id,
        endedAt,
        verdict: { kind, reason, error },
      }),
    list: async ({ machine, limit }) => {
      const { lines, damaged } = await read();
      const entries = foldHistory(lines)
        .filter((entry) => !machine || belongsTo(entry, machine))
        .reverse()
        .slice(0, limit);
      return damaged.length > 0 ? { entries, keptAside: aside } : { entries };
    },
  };
}

function belongsTo(entry: HistoryEntry, { context, machine }: Pick<MachineReference, 'context' | 'machine'>) {
  return entry.context === context && entry.machine === machine.name;
}

/** Returns the text of a file with the last entries, whose lines take up at most `limit` bytes. */
function newestThatFit(entries: readonly HistoryEntry[], limit: number): string {
  const texts: string[] = [];
  let bytes = 0;
  for (const entry of entries.toReversed()) {
    const text = unfoldEntry(entry)
      .map((line) => JSON.stringify(line) + '\n')
      .join('');
    bytes += Buffer.byteLength(text);
    if (bytes > limit) break;
    texts.push(text);
  }
  return texts.reverse().join('');
}

/** Appends whole lines. Returns the file's size in bytes. */
async function appendLines(path: string, lines: readonly string[]): Promise<number> {
  // The next line must not be joined to a line that a power failure cut short.
  const start = (await endsInsideLine(path)) ? '\n' : '';
  await appendFile(path, start + lines.map((line) => line + '\n').join(''), { mode: 0o600 });
  const file = await open(path, 'r+');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function endsInsideLine(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(ignoreMissing);
  if (!file) return false;
  try {
    const { size } = await file.stat();
    if (size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await file.close();
  }
}

async function readOrEmpty(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(ignoreMissing)) ?? '';
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
