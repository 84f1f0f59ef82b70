import * as z from 'zod';
import { verdictSchema } from '../../../shared/model.ts';
import { guidSchema } from '../../../shared/names.ts';
import { verbSchema } from '../../../shared/verbs.ts';
import { wireErrorSchema } from '../../../shared/errors.ts';

/** Operations kept, newest first to stay. */
const HISTORY_LIMIT = 10_000;

const operationOf = { context: z.string(), machine: z.string(), id: guidSchema };

/** What stays of a verdict. Not the last lines of output: a function may print secrets, and the machine has them. */
const keptVerdictSchema = z.object({
  kind: verdictSchema.shape.kind,
  reason: verdictSchema.shape.reason,
  error: wireErrorSchema.optional(),
});
type KeptVerdict = z.infer<typeof keptVerdictSchema>;

/** One line of the history. Later lines about an operation add to the earlier ones, or correct them. */
const historyLineSchema = z.discriminatedUnion('type', [
  z.object({
    ...operationOf,
    type: z.literal('started'),
    verb: verbSchema,
    /** The repository's name. */
    repository: z.string(),
    /** Milliseconds since the epoch. */
    startedAt: z.number(),
  }),
  z.object({ ...operationOf, type: z.literal('ended'), endedAt: z.number(), verdict: keptVerdictSchema }),
]);
export type HistoryLine = z.infer<typeof historyLineSchema>;

/** An operation that was started or followed on this computer. Without a verdict its end was not seen here. */
export interface HistoryEntry {
  readonly context: string;
  readonly machine: string;
  readonly id: string;
  readonly verb: z.infer<typeof verbSchema>;
  readonly repository: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly verdict?: KeptVerdict;
}

/** A history file's lines, and what stands where lines should, both in order. */
export interface ParsedHistory {
  readonly lines: HistoryLine[];
  readonly damaged: string[];
}

/** Tells the lines of a history file from what cannot be read. */
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

/** Returns one entry an operation, in the order in which they were first noted, at most the newest `HISTORY_LIMIT`. */
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

/** Returns the lines that make up an entry again. */
export function unfoldEntry({ endedAt, verdict, ...head }: HistoryEntry): HistoryLine[] {
  const { context, machine, id } = head;
  const started: HistoryLine = { type: 'started', ...head };
  if (endedAt === undefined || !verdict) return [started];
  return [started, { type: 'ended', context, machine, id, endedAt, verdict }];
}
