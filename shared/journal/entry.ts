import * as z from 'zod';
import { wireErrorSchema } from '../errors.ts';
import { HEALTH_LEVELS } from '../health.ts';
import { guidSchema } from '../names.ts';
import { newerNameSchema } from '../newerNames.ts';

/** The kinds of entries of a machine's journal (docs/decisions/the-journal.md). The set grows. */
export const journalKindSchema = z.enum([
  'container-died',
  'out-of-memory',
  'crash-loop',
  'container-unhealthy',
  'repository-degraded',
  'repository-stopped',
  'repository-damaged',
  'volume-deleted',
  'daemon-ended',
  'load-high',
  'memory-high',
  'datastore-full',
  'disk-full',
  'volume-full',
  'operation-ended',
  'booted',
  'autostart-broken',
  'clock-jumped',
  'not-watched',
]);
export type JournalKind = z.infer<typeof journalKindSchema>;

/** A moment of a machine, by the clock that can be set and by the one that cannot. */
export const momentSchema = z.object({
  /** Milliseconds since the epoch, by the machine's clock. */
  at: z.number(),
  /** The boot, and the milliseconds that the machine had been up. */
  boot: z.object({ id: z.string(), uptime: z.number() }),
  /** It may have been so many milliseconds earlier, as nobody looked; absent where it is known to two minutes. */
  uncertain: z.number().optional(),
});
export type Moment = z.infer<typeof momentSchema>;

/** What an entry is about. */
const subjectSchema = z.object({
  repository: z.object({ guid: guidSchema, name: z.string() }).optional(),
  service: z.string().optional(),
  /** The container's name. */
  container: z.string().optional(),
  operation: guidSchema.optional(),
  /** The folder on which a disk is mounted. */
  path: z.string().optional(),
});
export type Subject = z.infer<typeof subjectSchema>;

/**
 * One line of the journal: an entry as it was when the line was written. An entry that changes is written again, so the last
 * line of an entry is what counts. A kind that a newer version has keeps its name.
 */
export const journalEntrySchema = z.object({
  /** The number of the line. A later line has a higher one; some are left out. */
  n: z.number().int().positive(),
  /** The number of the entry: that of its first line. */
  entry: z.number().int().positive(),
  kind: journalKindSchema.or(newerNameSchema),
  level: z.enum(HEALTH_LEVELS),
  subject: subjectSchema,
  began: momentSchema,
  /** Absent while it goes on. What happened at one moment ended as it began. */
  ended: momentSchema.optional(),
  /** How long it lasted, from its first begin to its last end; absent while it goes on, or when no clock tells. */
  milliseconds: z.number().optional(),
  /** How many times it happened: what begins again shortly after it ended is the same entry. */
  count: z.number().int().positive(),
  /** The figures that its sentence needs, such as `percent`, `exitCode`, `restarts`. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  error: wireErrorSchema.optional(),
  /** The last lines of the container or of the failed step, without control characters. */
  lastLines: z.array(z.string()).optional(),
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;

/** The kinds that tell of one trouble, the gravest last: an entry of one becomes one of a graver. */
const ENDINGS: readonly string[] = ['container-died', 'out-of-memory', 'crash-loop'] satisfies JournalKind[];

/** Returns the key of the trouble that an entry tells of. There is one entry at a time for each. */
export function storyOf({ kind, subject }: Pick<JournalEntry, 'kind' | 'subject'>): string {
  const { repository, container, operation, path } = subject;
  const family = ENDINGS.includes(kind) ? 'container-ended' : kind;
  return [family, repository?.guid, container, operation, path].join('|');
}

/** Returns the graver of two kinds of the same trouble. */
export function graverKind(a: JournalEntry['kind'], b: JournalEntry['kind']): JournalEntry['kind'] {
  return ENDINGS.indexOf(a) > ENDINGS.indexOf(b) ? a : b;
}
