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
 * Tells whether a round trip was short enough, in milliseconds, for a clock to be read by it: the answer may have been
 * said at either end of it. One during which this computer slept, or its clock was set, is not.
 */
export function isShort(roundTrip: number): boolean {
  return roundTrip >= 0 && roundTrip <= 2 * NOISE_MILLISECONDS;
}

/**
 * Reads a machine's clock out of the answer to a ping that was sent at `asked` and came at `now`, by our clock. Returns
 * `before` while it still holds, so that times do not move with every measurement, and where the round trip was too long
 * to say better; undefined for an agent that does not say its time.
 */
export function readClock(
  { at, uptime }: Pong,
  { asked, now }: { asked: number; now: number },
  before: MachineClock | undefined,
): MachineClock | undefined {
  if (at === undefined || uptime === undefined) return undefined;
  if (before !== undefined && !isShort(now - asked)) return before;
  const said = (asked + now) / 2;
  const clock = { ahead: Math.round(at - said), bootedAt: Math.round(said - uptime) };
  if (before === undefined) return clock;
  const moved = Math.max(Math.abs(clock.ahead - before.ahead), Math.abs(clock.bootedAt - before.bootedAt));
  return moved > NOISE_MILLISECONDS ? clock : before;
}
