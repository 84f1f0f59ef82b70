import type { FromAgent } from '../../../shared/protocol/answers.ts';

/** The answer to a ping. */
export type Pong = Pick<Extract<FromAgent, { type: 'pong' }>, 'at' | 'uptime'>;

/** A machine's clock, compared with ours. */
export interface MachineClock {
  /** The milliseconds by which it is ahead of ours. */
  readonly ahead: number;
  /** The time of the machine's start by our clock, milliseconds since the epoch. */
  readonly bootedAt: number;
}

/** The milliseconds by which two measurements differ through the network alone. */
const NOISE_MILLISECONDS = 2_000;

/**
 * Reads a machine's clock out of the answer to a ping. `now`: our time when it was said. Returns `before` while it still
 * holds, so that times do not move with every measurement; undefined for an agent that does not say its time.
 */
export function readClock(
  { at, uptime }: Pong,
  now: number,
  before: MachineClock | undefined,
): MachineClock | undefined {
  if (at === undefined || uptime === undefined) return undefined;
  const clock = { ahead: Math.round(at - now), bootedAt: Math.round(now - uptime) };
  if (before === undefined) return clock;
  const moved = Math.max(Math.abs(clock.ahead - before.ahead), Math.abs(clock.bootedAt - before.bootedAt));
  return moved > NOISE_MILLISECONDS ? clock : before;
}
