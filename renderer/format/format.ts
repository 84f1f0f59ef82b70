import { largestTimeUnit } from '../../shared/timeSpan.ts';

const KIBI = 1024;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A number and its unit apart from each other, so that a column can right-align both. */
interface Quantity {
  readonly value: string;
  readonly unit: string;
}

/** The functions that write numbers, sizes and times in one language. */
export interface Formats {
  readonly number: (value: number, digits?: number) => string;
  /** A share from 0 to 1 as "86 %". */
  readonly percent: (share: number) => string;
  /** Bytes in powers of 1024, as the machine counts them: "6.1 GiB". */
  readonly size: (bytes: number) => string;
  readonly quantity: (bytes: number) => Quantity;
  /** The two figures of "6.1 of 10 GiB", both in the unit of the whole, which alone has the unit beside it. */
  readonly sizePair: (part: number, whole: number) => { part: string; whole: string };
  /** A length of time in its largest whole unit: "41 days". */
  readonly span: (seconds: number) => string;
  /** How long a step took: "3.4 s", "1 min 12 s", "3 h". */
  readonly duration: (milliseconds: number) => string;
  /** How long ago something was: "4 min ago", or "now" below five seconds. */
  readonly age: (milliseconds: number) => string;
  /** A moment: its age within the last hour, then "18:02", then "yesterday 18:02", else the date. */
  readonly when: (at: number, now: number) => string;
  /** The time of day with seconds. */
  readonly clock: (at: number) => string;
  /** The words joined as in a sentence: "a, b, and c". */
  readonly list: (words: readonly string[]) => string;
  /** The form of a sentence that fits a count. */
  readonly plural: (count: number) => 'one' | 'other';
}

function scaled(bytes: number, unit = unitOf(bytes)): number {
  return bytes / KIBI ** unit;
}

function unitOf(bytes: number): number {
  let unit = 0;
  while (bytes / KIBI ** unit >= 1000 && unit < UNITS.length - 1) unit += 1;
  return unit;
}

/** Returns how many decimals a figure has at most: none from a hundred on. */
function digitsOf(value: number): number {
  return value >= 100 ? 0 : 1;
}

const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();

type Numbers = Pick<Formats, 'number' | 'percent' | 'size' | 'quantity' | 'sizePair' | 'duration'>;
type Times = Pick<Formats, 'span' | 'age' | 'when' | 'clock'>;

/** Creates the formats of a locale on Intl, whose formatters are costly: made once per language. */
export function createFormats(locale: string): Formats {
  const plurals = new Intl.PluralRules(locale);
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  return {
    ...numbersOf(locale),
    ...timesOf(locale),
    list: (words) => lists.format(words),
    plural: (count) => (plurals.select(count) === 'one' ? 'one' : 'other'),
  };
}

/** Returns the formats of figures and of their units. */
function numbersOf(locale: string): Numbers {
  const number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  const byteUnit = (unit: number): string =>
    locale.startsWith('fr') ? (UNITS[unit] ?? '').replace('B', 'o') : (UNITS[unit] ?? '');
  const quantity = (bytes: number): Quantity => {
    const unit = unitOf(bytes);
    const value = scaled(bytes, unit);
    return { value: number(value, unit === 0 ? 0 : digitsOf(value)), unit: byteUnit(unit) };
  };
  const size = (bytes: number): string => {
    const { value, unit } = quantity(bytes);
    return `${value}\u00a0${unit}`;
  };
  return {
    number,
    percent: (share) => `${number(share * 100)}\u00a0%`,
    size,
    quantity,
    sizePair: (part, whole) => {
      const unit = unitOf(whole);
      const value = scaled(part, unit);
      return { part: number(value, digitsOf(value)), whole: size(whole) };
    },
    duration: (milliseconds) => {
      const total = milliseconds / 1000;
      if (total < 10) return `${number(total, 1)}\u00a0s`;
      const whole = Math.round(total);
      if (whole < 60) return `${number(whole)}\u00a0s`;
      const [parts, units] =
        whole < 3600
          ? [
              [whole / 60, whole % 60],
              ['min', 's'],
            ]
          : [
              [whole / 3600, (whole % 3600) / 60],
              ['h', 'min'],
            ];
      return parts
        .map(Math.floor)
        .flatMap((part, at) => (part === 0 ? [] : [`${number(part)}\u00a0${units[at] ?? ''}`]))
        .join(' ');
    },
  };
}

/** Returns the formats of moments and of lengths of time in words. */
function timesOf(locale: string): Times {
  const measure = (value: number, unit: string, unitDisplay: 'short' | 'long'): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay }).format(value);
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' });
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const seconds = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const dateWithYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
  const age = (milliseconds: number): string => {
    if (milliseconds < 5000) return relative.format(0, 'second');
    const { count, unit } = largestTimeUnit(milliseconds / 1000);
    return relative.format(-count, unit);
  };
  return {
    span: (length) => {
      const { count, unit } = largestTimeUnit(length);
      return measure(count, unit, unit === 'day' ? 'long' : 'short');
    },
    age,
    when: (at, now) => {
      if (now - at < 3_600_000) return age(Math.max(0, now - at));
      if (sameDay(at, now)) return time.format(at);
      if (sameDay(at, now - 86_400_000)) return `${relative.format(-1, 'day')} ${time.format(at)}`;
      return new Date(at).getFullYear() === new Date(now).getFullYear()
        ? date.format(at)
        : dateWithYear.format(at);
    },
    clock: (at) => seconds.format(at),
  };
}
