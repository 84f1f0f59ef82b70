import type { WireError } from '../errors.ts';
import { plain } from '../plain.ts';

/** The most lines of a container or a failed step that an entry has, and the characters of a line and of other text. */
export const MOST_LINES = 10;
const LINE_CHARACTERS = 240;
const TEXT_CHARACTERS = 400;

/** Returns the last lines of what a program wrote, as far as an entry has room, without control characters. */
export function boundedLines(lines: readonly string[]): string[] {
  return lines.slice(-MOST_LINES).map((line) => plain(line).slice(0, LINE_CHARACTERS));
}

/** Returns as much of a text as an entry has room for. */
export function boundedText(text: string): string {
  return text.slice(0, TEXT_CHARACTERS);
}

/** Returns an error with as much of its texts as an entry has room for. */
export function boundedError({ code, details, message }: WireError): WireError {
  const bounded = Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'string' ? boundedText(value) : value,
  ]);
  return {
    code,
    details: Object.fromEntries(bounded) as WireError['details'],
    message: boundedText(message),
  };
}
