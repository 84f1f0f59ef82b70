import type { OperationSummary } from '../model.ts';
import { isFresh } from './baseline.ts';
import { boundedError, boundedLines, boundedText } from './bounds.ts';
import type { JournalEntry, Moment } from './entry.ts';
import type { Judgement, Look, Sighting } from './sighting.ts';

const LEVELS = {
  succeeded: 'ok',
  cancelled: 'ok',
  warnings: 'warning',
  failed: 'error',
  lost: 'error',
} as const satisfies Record<Exclude<OperationSummary['state'], 'running'>, JournalEntry['level']>;

/**
 * Looks at the operations that have ended since the last look. One that only looks lost may not have noted its process yet:
 * it is told at the second look. What boot and shutdown did well is told by the boot's own entry.
 */
export function judgeOperations(look: Look): Judgement {
  const { inventory, before, now } = look;
  const sightings = (inventory?.operations ?? []).flatMap((operation): Sighting[] => {
    const { state, id, origin } = operation;
    if (state === 'running' || before === undefined) return [];
    const isToldNow =
      state === 'lost' ? before.operations.lost.includes(id) : isFresh(operation, before.operations);
    if (!isToldNow || (origin !== 'person' && state === 'succeeded')) return [];
    return [{ ...endOf(operation, now), level: LEVELS[state] }];
  });
  // Each has ended as it is told.
  return { sightings, isJudged: ({ kind }) => kind === 'operation-ended' };
}

function endOf(operation: OperationSummary, now: Moment): Omit<Sighting, 'level'> {
  const { id, verb, repository, by, origin, state, startedAt, endedAt, boot = now.boot, verdict } = operation;
  const began: Moment = { at: startedAt, boot };
  const milliseconds = endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);
  const lines = verdict?.failures.at(0)?.lastLines ?? [];
  return {
    kind: 'operation-ended',
    subject: { repository, operation: id },
    lasting: false,
    began,
    ...(milliseconds !== undefined && {
      milliseconds,
      ended: { at: startedAt + milliseconds, boot: { ...boot, uptime: boot.uptime + milliseconds } },
    }),
    details: { verb, verdict: state, origin, by: boundedText(by) },
    ...(verdict?.error !== undefined && { error: boundedError(verdict.error) }),
    ...(lines.length > 0 && { lastLines: boundedLines(lines) }),
  };
}
