import * as z from 'zod';
import { anyVerbSchema, verdictSchema } from '../../../shared/model.ts';
import type { AnyVerb } from '../../../shared/model.ts';
import { guidSchema } from '../../../shared/names.ts';
import { wireErrorSchema } from '../../../shared/errors.ts';

/** The most operations that are kept: the newest ones. */
const HISTORY_LIMIT = 10_000;

const operationOf = { context: z.string(), machine: z.string(), id: guidSchema };

/**
 * The part of a verdict that is kept. The last lines of output are not: a function may print secrets, and the machine
 * has them.
 */
const keptVerdictSchema = z.object({
  kind: verdictSchema.shape.kind,
  reason: verdictSchema.shape.reason,
  error: wireErrorSchema.optional(),
});
type KeptVerdict = z.infer<typeof keptVerdictSchema>;

/** One line of the history. A later line about an operation adds to the earlier ones, or corrects them. */
const historyLineSchema = z.discriminatedUnion('type', [
  z.object({
    ...operationOf,
    type: z.literal('started'),
    verb: anyVerbSchema,
    /** The name of the repository. */
    repository: z.string(),
    /** Milliseconds since the epoch. */
    startedAt: z.number(),
  }),
  z.object({ ...operationOf, type: z.literal('ended'), endedAt: z.number(), verdict: keptVerdictSchema }),
]);
export type HistoryLine = z.infer<typeof historyLineSchema>;

/** An operation that was started or followed on this computer. Without a verdict, its end was not seen here. */
export interface HistoryEntry {
  readonly context: string;
  readonly machine: string;
  readonly id: string;
  readonly verb: AnyVerb;
  readonly repository: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly verdict?: KeptVerdict;
}

/** The lines of a history file, and the lines that cannot be read, both in order. */
export interface ParsedHistory {
  readonly lines: HistoryLine[];
  readonly damaged: string[];
}

/** Parses a history file and sets apart the lines that cannot be read. */
export function parseHistory(text: string): ParsedHistory {
  const lines: HistoryLine[] = [];
  const damaged: string[] = [];
  for (const raw of text.split('\n')) {
    if (raw === '') continue;
    const line = parseLine(raw);
    if (line) lines.push(line);
    else damaged.push(raw);
  }
  return { lines, damaged };
}

function parseLine(raw: string): HistoryLine | undefined {
  try {
    return historyLineSchema.parse(JSON.parse(raw));
  } catch {
    return undefined;
  }
}

/**
 * Returns one entry for each operation, in the order in which they were first noted; at most the newest
 * `HISTORY_LIMIT`.
 */
export function foldHistory(lines: readonly HistoryLine[]): HistoryEntry[] {
  const entries = new Map<string, HistoryEntry>();
  const ends = new Map<string, Pick<HistoryEntry, 'endedAt' | 'verdict'>>();
  for (const line of lines) {
    const key = `${line.context}/${line.machine}/${line.id}`;
    if (line.type === 'ended') {
      ends.set(key, { endedAt: line.endedAt, verdict: line.verdict });
    } else {
      const { context, machine, id, verb, repository, startedAt } = line;
      entries.set(key, { context, machine, id, verb, repository, startedAt });
    }
  }
  return [...entries].map(([key, entry]) => ({ ...entry, ...ends.get(key) })).slice(-HISTORY_LIMIT);
}

/** Returns the lines that make up an entry, as before `foldHistory`. */
export function unfoldEntry({ endedAt, verdict, ...head }: HistoryEntry): HistoryLine[] {
  const { context, machine, id } = head;
  const started: HistoryLine = { type: 'started', ...head };
  if (endedAt === undefined || !verdict) return [started];
  return [started, { type: 'ended', context, machine, id, endedAt, verdict }];
}
