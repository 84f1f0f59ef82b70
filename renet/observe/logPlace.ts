import type { LogPlace } from '../../shared/protocol/protocol.ts';

/** A time in nanoseconds since the epoch. */
type Nanoseconds = bigint;

const SECOND = 1_000_000_000n;
/**
 * The time by which the lines of a log may be out of order: the container's two outputs are written by turns. Places begin so
 * long before the newest line.
 */
const OUT_OF_ORDER = 10n * SECOND;
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Reads a time as Docker writes it; undefined for anything else. */
export function parseTime(text: string): Nanoseconds | undefined {
  const [, second, fraction = '', zone] = TIME.exec(text) ?? [];
  if (second === undefined || zone === undefined) return undefined;
  const milliseconds = Date.parse(`${second}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds / 1000) * SECOND + BigInt(fraction.padEnd(9, '0'));
}

/** Returns a time as places and Docker's API have it, seconds with nine decimals. */
function written(time: Nanoseconds): string {
  return `${time / SECOND}.${String(time % SECOND).padStart(9, '0')}`;
}

/** Reads a time as places have it. */
export function readTime(text: string): Nanoseconds {
  const [seconds = '0', fraction = ''] = text.split('.');
  return BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0'));
}

/** Returns the place of a reader who has read nothing yet and wants all from a time on, milliseconds since the epoch. */
export function placeAt(milliseconds: number): LogPlace {
  const time = written(BigInt(milliseconds) * 1_000_000n);
  return { since: time, seen: 0, last: time };
}

/** Follows how far a container's log was read. */
export interface PlaceKeeper {
  /** Takes note of the next entry. Tells whether the reader has it already, and `gap`: whether entries before it are gone. */
  take(time: Nanoseconds): { isRead: boolean; gap: boolean };
  /** Tells whether entries that the reader has are still to come. */
  isBehind(): boolean;
  /** Returns where the reader is; undefined while that is nowhere. */
  place(): LogPlace | undefined;
}

/**
 * Makes the keeper of a place. A place is a time and the number of entries from that time on, in the order of the log, that were
 * read: an entry that is written late with an earlier time is then neither lost nor given twice. `from`: where the reader was.
 */
export function createPlaceKeeper(from: LogPlace | undefined): PlaceKeeper {
  const counts = from === undefined ? [] : [{ since: readTime(from.since), count: 0 }];
  let newest = from === undefined ? 0n : readTime(from.last);
  const lastRead = newest;
  let toSkip = from?.seen ?? 0;

  const count = (time: Nanoseconds): void => {
    const second = time - (time % SECOND);
    const latest = counts.at(-1);
    if (latest === undefined) counts.push({ since: time, count: 0 });
    else if (second > latest.since) counts.push({ since: second, count: 0 });
    if (time > newest) newest = time;
    const own = counts.findLast(({ since }) => since <= time);
    if (own !== undefined) own.count += 1;
    while ((counts[1]?.since ?? newest) <= newest - OUT_OF_ORDER) counts.shift();
  };

  return {
    take: (time) => {
      count(time);
      // What is later than all that was read is new, however much of the log is gone.
      const isRead = toSkip > 0 && time <= lastRead;
      const gap = !isRead && toSkip > 0;
      toSkip = isRead ? toSkip - 1 : 0;
      return { isRead, gap };
    },
    isBehind: () => toSkip > 0,
    place: () => {
      const [first] = counts;
      if (first === undefined) return undefined;
      const seen = counts.reduce((sum, one) => sum + one.count, 0);
      return { since: written(first.since), seen, last: written(newest) };
    },
  };
}
