import type { OperationSummary } from '../model.ts';
import { isFresh } from './baseline.ts';
import type { Look } from './sighting.ts';

/**
 * The verbs that leave services as they are. During any other one, whatever ends in the repository ends because the
 * operation does it, which its own entry tells.
 */
const LEAVING: ReadonlySet<string> = new Set([
  'resize',
  'fork',
  'rename',
  'allow',
  'release-slot',
  'passphrase-change',
  'autostart-enable',
  'autostart-disable',
]);

/** The milliseconds after an operation's end in which what it did may still be seen for the first time. */
const DONE_MILLISECONDS = 10_000;

/**
 * What people, or boot and shutdown, do to repositories. `held`: those whose services an operation changes now. `done`: those
 * that one has just changed, each with the uptime at which its end was seen.
 */
export interface Purpose {
  held: ReadonlySet<string>;
  done: Readonly<Record<string, number>>;
}

/** Finds the repositories whose services an operation changes, or has just changed. */
export function purposeOf({ inventory, before, now }: Pick<Look, 'inventory' | 'before' | 'now'>): Purpose {
  const turning = (inventory?.operations ?? []).filter(({ verb }) => !LEAVING.has(verb));
  const guids = (operations: readonly OperationSummary[]): Set<string> =>
    new Set(operations.map(({ repository }) => repository.guid));
  const ended = turning.filter((one) => one.state !== 'running' && isFresh(one, before?.operations));
  const isSameBoot = before?.at.boot.id === now.boot.id;
  const earlier = Object.entries(isSameBoot ? before.operations.done : {}).filter(
    ([, seen]) => now.boot.uptime - seen < DONE_MILLISECONDS,
  );
  return {
    held: guids(turning.filter(({ state }) => state === 'running')),
    done: Object.fromEntries([
      ...earlier,
      ...[...guids(ended)].map((guid) => [guid, now.boot.uptime] as const),
    ]),
  };
}
