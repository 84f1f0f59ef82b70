import type { OperationSummary } from '../model.ts';
import { boundedText } from './bounds.ts';
import type { JournalEntry, Moment } from './entry.ts';
import { isOpen, isSameBoot } from './sighting.ts';
import type { Judgement, Look } from './sighting.ts';

/** The milliseconds after which a boot is over, whatever has become of the repositories that it should start. */
const BOOT_MILLISECONDS = 30 * 60_000;

const SUBJECT = {} as const;

/**
 * Looks at the boot: an entry from the machine's start until every repository with autostart has been started, with what
 * came of it.
 */
export function judgeBoot(look: Look): Judgement {
  const { before, now, inventory } = look;
  const isNew = before !== undefined && !isSameBoot(look);
  const isJudged: Judgement['isJudged'] = ({ kind }) => kind === 'booted' && inventory !== undefined;
  if (!isNew && !isOpen(look, { kind: 'booted', subject: SUBJECT })) return { sightings: [], isJudged };
  const began: Moment = { at: now.at - now.boot.uptime, boot: { id: now.boot.id, uptime: 0 } };
  const seen = before === undefined ? undefined : { ...before.at.boot, at: before.at.at };
  const results = resultsOf(look);
  return {
    sightings: [
      {
        kind: 'booted',
        level: results.level,
        subject: SUBJECT,
        lasting: !results.isOver,
        happened: isNew ? 1 : 0,
        ...(isNew && { began }),
        details: {
          ...results.details,
          // How long it was down, at most: it was last seen so long before it started again.
          ...(isNew &&
            seen !== undefined &&
            began.at > seen.at && { down: Math.round((began.at - seen.at) / 1000) }),
        },
      },
    ],
    isJudged,
  };
}

interface BootResults {
  level: JournalEntry['level'];
  isOver: boolean;
  details: JournalEntry['details'];
}

function resultsOf({ inventory, now }: Look): BootResults {
  if (inventory === undefined) return { level: 'ok', isOver: false, details: {} };
  const { repositories, operations } = inventory;
  const starts = operations.filter(({ origin, boot }) => origin === 'boot' && boot?.id === now.boot.id);
  const enabled = repositories.filter(({ autostart }) => autostart.enabled);
  const startOf = (guid: string): OperationSummary | undefined =>
    starts.find(({ repository }) => repository.guid === guid);
  const isOver = enabled.every(({ guid }) => (startOf(guid)?.state ?? 'running') !== 'running');
  const ended = (...states: OperationSummary['state'][]): string[] =>
    enabled.filter(({ guid }) => states.includes(startOf(guid)?.state ?? 'running')).map(({ name }) => name);
  const failed = ended('failed', 'lost', 'cancelled');
  const degraded = ended('warnings');
  return {
    level: failed.length > 0 ? 'error' : degraded.length > 0 ? 'warning' : 'ok',
    isOver: isOver || now.boot.uptime > BOOT_MILLISECONDS,
    details: {
      enabled: enabled.length,
      started: ended('succeeded', 'warnings').length,
      failed: namesOf(failed),
      degraded: namesOf(degraded),
    },
  };
}

const namesOf = (names: readonly string[]): string => boundedText(names.join(', '));
