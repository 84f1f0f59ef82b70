import type { Container } from './model.ts';
import type { Notice } from './notices.ts';

/** The restarts by Docker from which a container that started a short while ago counts as one in a crash loop. */
const RESTARTS = 3;
/** The milliseconds that a container must run after its last start to count as well again. */
const QUIET_MILLISECONDS = 10 * 60_000;

/** A container's starts, as Docker tells them. */
export interface Starts {
  /** The number of times that its restart policy has started it since a person did. */
  restarts: number;
  /** The time of its last start, milliseconds since the epoch, by the machine's clock; absent when it never started. */
  startedAt?: number | undefined;
}

/**
 * Tells whether a container is in a crash loop: its policy has started it at least three times, the last time less than
 * ten minutes ago. `now` is the machine's own time. A start that is farther ahead than that is one of a clock that was
 * set since, and says nothing.
 */
export function isCrashLoop({ restarts, startedAt }: Starts, now: number): boolean {
  return restarts >= RESTARTS && startedAt !== undefined && Math.abs(now - startedAt) < QUIET_MILLISECONDS;
}

/**
 * Returns the time at which the first of these containers has run long enough to be well again, milliseconds since the
 * epoch; undefined when none is in a crash loop.
 */
export function firstQuietAt(
  containers: readonly { crashLoop?: { startedAt: number } | undefined }[],
): number | undefined {
  const ends = containers.flatMap(({ crashLoop }) =>
    crashLoop === undefined ? [] : [crashLoop.startedAt + QUIET_MILLISECONDS],
  );
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Returns a notice for each container that is in a crash loop. */
export function crashNotices(containers: readonly Container[]): Notice[] {
  return containers.flatMap(({ name, service = name, crashLoop }) => {
    if (crashLoop === undefined) return [];
    const { restarts, exitCode = '?' } = crashLoop;
    return [{ code: 'crash-loop', details: { service, restarts, exitCode } }];
  });
}
