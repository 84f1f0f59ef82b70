import type { NoticeOf, WireNotice } from './notices.ts';

/**
 * The used share of the datastore from which on there is a warning about forks that share their parents' space
 * (docs/decisions/forks.md).
 */
const WARNING_SHARE = 0.85;

type SharedSpaceNotice = NoticeOf<'space-overcommitted' | 'datastore-nearly-full'>;

/** The space of the datastore, bytes. */
interface Space {
  readonly total: number;
  readonly available: number;
}

/**
 * Returns the notices about a datastore whose forks share their parents' space. Volumes are preallocated, so these
 * forks are its only over-commitment: each may come to need its whole size once more. `sizes`: the forks' sizes, bytes.
 */
export function sharedSpaceNotices(
  { total, available }: Space,
  sizes: readonly number[],
): SharedSpaceNotice[] {
  const promised = sizes.reduce((sum, size) => sum + size, 0);
  if (promised === 0) return [];
  const used = total === 0 ? 1 : (total - available) / total;
  const percent = Math.floor(used * 100);
  const notices: SharedSpaceNotice[] = [];
  if (promised > available) notices.push({ code: 'space-overcommitted', details: { promised, available } });
  if (used >= WARNING_SHARE) notices.push({ code: 'datastore-nearly-full', details: { percent, promised } });
  return notices;
}

/** Returns true for a notice about the space that forks share with their parents. */
export function isSharedSpaceNotice({ code }: WireNotice): boolean {
  const codes: readonly SharedSpaceNotice['code'][] = ['space-overcommitted', 'datastore-nearly-full'];
  return codes.some((one) => one === code);
}
