import type { MachineState } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import { HEALTH_LEVELS } from '../../shared/health.ts';
import type { HealthLevel } from '../../shared/health.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import type { Tone } from '../ui/StateMark.tsx';

/** An entry as the panel of what a person missed has it too. */
export type ToldEntry = Omit<JournalEntry, 'lastLines'>;

/** What an entry leads to: the log of its operation or its container, its repository, or the figures of its machine. */
export type EntryTarget =
  | { readonly kind: 'operation'; readonly id: string; readonly verb: string; readonly repository: Named }
  | { readonly kind: 'container'; readonly repository: Named; readonly service: string | undefined }
  | { readonly kind: 'repository'; readonly guid: string }
  | { readonly kind: 'machine' };

interface Named {
  readonly guid: string;
  readonly name: string;
}

/** The kinds of entries that the figures of the machine show better. */
const FIGURES: readonly string[] = ['load-high', 'memory-high', 'datastore-full', 'disk-full', 'booted'];

/** Returns the tone of an entry. What a person cancelled is neither well nor not, and nobody knows what was not watched. */
export function entryTone({ kind, level, details }: Pick<ToldEntry, 'kind' | 'level' | 'details'>): Tone {
  if (kind === 'not-watched') return 'stale';
  if (kind === 'operation-ended' && details['verdict'] === 'cancelled') return 'idle';
  return levelTone(level);
}

function levelTone(level: HealthLevel): Tone {
  switch (level) {
    case 'ok':
      return 'ok';
    case 'warning':
      return 'warn';
    case 'error':
    case 'critical':
      return 'fail';
    default:
      return assertNever(level);
  }
}

/**
 * Returns what an entry leads to; undefined where there is nothing more to see: the clock, or a repository that is gone. The
 * log of a container can be read while its daemon is up; else its repository is what there is.
 */
export function entryTarget(
  { kind, subject, details }: ToldEntry,
  { repositories = [] }: Pick<MachineState, 'repositories'>,
): EntryTarget | undefined {
  const { repository, operation, container, service } = subject;
  if (repository !== undefined && operation !== undefined)
    return { kind: 'operation', id: operation, verb: String(details['verb'] ?? ''), repository };
  if (repository === undefined) return FIGURES.includes(kind) ? { kind: 'machine' } : undefined;
  const known = repositories.find(({ guid }) => guid === repository.guid);
  if (known === undefined) return undefined;
  const { guid, name } = known;
  return container !== undefined && known.daemon
    ? { kind: 'container', repository: { guid, name }, service }
    : { kind: 'repository', guid };
}

/** The filter that a person sets for a timeline. */
export interface TimelineFilter {
  /** The GUID of a repository; `machine` for what is about none; `all`. */
  readonly repository: string;
  /** The level from which on entries are shown. */
  readonly level: Exclude<HealthLevel, 'critical'>;
}

/** The filter that lets everything pass. */
export const EVERYTHING: TimelineFilter = { repository: 'all', level: 'ok' };

/** Returns the entries that pass a filter. */
export function filterEntries<Entry extends ToldEntry>(
  entries: readonly Entry[],
  { repository, level }: TimelineFilter,
): readonly Entry[] {
  const least = HEALTH_LEVELS.indexOf(level);
  return entries.filter((entry) => {
    const own = entry.subject.repository?.guid ?? 'machine';
    return HEALTH_LEVELS.indexOf(entry.level) >= least && (repository === 'all' || own === repository);
  });
}

/** Returns entries by the day on which they began, in their order; `day`: local midnight, milliseconds since the epoch. */
export function entriesByDay<Entry extends ToldEntry>(
  entries: readonly Entry[],
): readonly { readonly day: number; readonly entries: readonly Entry[] }[] {
  const days: { day: number; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const day = new Date(entry.began.at).setHours(0, 0, 0, 0);
    const last = days.at(-1);
    // A clock that was set may lead back to a day that was there already: their order stays.
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** Returns the repositories that a machine has, and those that its entries are about, each with the name that it had last. */
export function repositoriesOf(known: readonly Named[], entries: readonly ToldEntry[]): readonly Named[] {
  const named = new Map<string, Named>();
  const told = entries.flatMap(({ subject: { repository } }) => repository ?? []);
  for (const { guid, name } of [...known, ...told]) if (!named.has(guid)) named.set(guid, { guid, name });
  return [...named.values()].sort((a, b) => a.name.localeCompare(b.name));
}
