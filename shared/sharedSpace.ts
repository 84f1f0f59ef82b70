import type { Notice } from './model.ts';

/** From this share of the datastore in use, forks that share their parents' space are warned of (HARD-PARTS). */
const WARNING_SHARE = 0.85;

const OVERCOMMITTED = 'space-overcommitted';
const NEARLY_FULL = 'datastore-nearly-full';

/** Bytes. */
interface Space {
  readonly total: number;
  readonly available: number;
}

/**
 * What is to be said of a datastore whose forks share their parents' space. Volumes are preallocated, so these forks
 * are its only over-commitment: each may come to need its whole size once more. `sizes`: theirs, in bytes.
 */
export function sharedSpaceNotices({ total, available }: Space, sizes: readonly number[]): Notice[] {
  const promised = sizes.reduce((sum, size) => sum + size, 0);
  if (promised === 0) return [];
  const used = total === 0 ? 1 : (total - available) / total;
  const percent = Math.floor(used * 100);
  return [
    ...(promised > available ? [{ code: OVERCOMMITTED, details: { promised, available } }] : []),
    ...(used >= WARNING_SHARE ? [{ code: NEARLY_FULL, details: { percent, promised } }] : []),
  ];
}

/** Whether a notice is one of these. */
export function isSharedSpaceNotice({ code }: Notice): boolean {
  return code === OVERCOMMITTED || code === NEARLY_FULL;
}
