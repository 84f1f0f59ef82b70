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

/**
 * What people, or boot and shutdown, do to repositories. `held`: an operation changes its services now. `done`: one that did
 * so has ended since the last look.
 */
export interface Purpose {
  held: ReadonlySet<string>;
  done: ReadonlySet<string>;
}

/** Finds the repositories whose services an operation changes, or has changed since the last look. */
export function purposeOf({ inventory, before }: Pick<Look, 'inventory' | 'before'>): Purpose {
  const turning = (inventory?.operations ?? []).filter(({ verb }) => !LEAVING.has(verb));
  const guids = (operations: readonly OperationSummary[]): Set<string> =>
    new Set(operations.map(({ repository }) => repository.guid));
  const ended = turning.filter((one) => one.state !== 'running' && isFresh(one, before?.operations));
  return { held: guids(turning.filter(({ state }) => state === 'running')), done: guids(ended) };
}
