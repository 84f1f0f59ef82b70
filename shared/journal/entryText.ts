import { describeError, fill, fromWire } from '../errors.ts';
import type { ErrorDetails } from '../errors.ts';
import { plain } from '../plain.ts';
import type { Text } from '../text/text.ts';
import { largestTimeUnit } from '../timeSpan.ts';
import { wordFor } from '../newerNames.ts';
import { journalKindSchema } from './entry.ts';
import type { JournalEntry, JournalKind, Subject } from './entry.ts';

/**
 * Returns what an entry tells, and what to do where it is not well, without control characters. One of a kind that a newer
 * version has is told by its own name, and by what it is about.
 */
export function entryText(entry: JournalEntry, text: Text): { what: string; next: string } {
  const kind = journalKindSchema.safeParse(entry.kind).data;
  if (kind === undefined) return { what: plain([entry.kind, aboutOf(entry)].join(' ').trim()), next: '' };
  const details = detailsOf(entry, text);
  const what = fill(sentenceOf(kind, entry, text), details);
  const more = moreOf(entry, text).map((template) => fill(template, details));
  return {
    what: plain([what, ...more].join(text.journal.between)),
    next: entry.level === 'ok' ? '' : plain(fill(text.journal.next[kind], details)).replace(' `.', '`.'),
  };
}

function sentenceOf(kind: JournalKind, { subject, details }: JournalEntry, { journal }: Text): string {
  if (kind === 'booted' && Number(details['enabled'] ?? 0) === 0) return journal.bootedAlone;
  const isRepositorys = kind === 'out-of-memory' && subject.container === undefined;
  return isRepositorys ? journal.memoryOfRepository : journal.what[kind];
}

function moreOf({ kind, details }: JournalEntry, { journal: { more } }: Text): string[] {
  return [
    ...(kind === 'crash-loop' && Number(details['kills'] ?? 0) > 0 ? [more.kills] : []),
    ...(kind === 'booted' && isFilled(details['failed']) ? [more.failed] : []),
    ...(kind === 'booted' && isFilled(details['degraded']) ? [more.degraded] : []),
    ...(kind === 'booted' && details['down'] !== undefined ? [more.down] : []),
  ];
}

const isFilled = (detail: string | number | undefined): boolean => detail !== undefined && detail !== '';

function detailsOf({ subject, details, error }: JournalEntry, text: Text): ErrorDetails {
  const { repository, service = '', operation = '', path = '' } = subject;
  const container = containerName(subject) ?? '';
  const described = error === undefined ? undefined : describeError(fromWire(error), text);
  const seconds = Number(details['seconds'] ?? 0);
  const { verb = '', verdict = '' } = details;
  return {
    ...{ container, service, operation, path, kills: 1, exitCode: '?' },
    repository: repository?.name ?? '',
    ...details,
    verb,
    verdict: wordFor(text.verdicts, String(verdict) as keyof Text['verdicts']),
    jump: fill(seconds < 0 ? text.journal.back : text.journal.forward, {
      span: spanOf(Math.abs(seconds), text),
    }),
    ...(details['down'] !== undefined && { down: spanOf(Number(details['down']), text) }),
    ...(described !== undefined && { error: described.message.replace(/\.$/, ''), next: described.next }),
  };
}

function spanOf(seconds: number, text: Text): string {
  const { count, unit } = largestTimeUnit(seconds);
  return fill(text.cli.spans[unit], { count });
}

/**
 * Returns the name of an entry's container as people know it: Compose begins it with the repository's GUID, which says
 * nothing to anybody beside the repository's name.
 */
export function containerName({ container, repository }: Subject): string | undefined {
  const start = `${repository?.guid ?? ''}-`;
  return container?.startsWith(start) === true ? container.slice(start.length) : container;
}

/** Returns the names of what an entry is about. */
function aboutOf({ subject }: JournalEntry): string {
  const { repository, service, path } = subject;
  return [repository?.name, containerName(subject) ?? service, path]
    .filter((name) => name !== undefined)
    .join(' ');
}
