const ESC = '\u001b';

/** Matches one escape sequence: CSI, a string (title, clipboard, link, device), or a short one. */
const SEQUENCE = new RegExp(
  [
    `${ESC}\\[[0-?]*[ -/]*[@-~]`,
    `${ESC}[\\]PX^_][^\u0007${ESC}]*(?:\u0007|${ESC}\\\\|$)`,
    `${ESC}[ -/]*[0-OQ-WYZ\\\\\`-~]`,
    // A sequence that the line's end cut off.
    `${ESC}(?:\\[[0-?]*[ -/]*|[ -/]*)$`,
  ].join('|'),
  'gmu',
);
const COLOUR = new RegExp(`^${ESC}\\[[0-9;:]*m$`, 'u');
/** Matches the control characters that mean nothing in plain text: all but the tab and the line feed. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
/** Matches text that a carriage return let the terminal write over, but no carriage return that only ends a line. */
const OVERWRITTEN = /[^\n]*\r(?=[^\n\r])/gu;
/** Matches text that is not plain yet; without `g`, so that a `test` does not begin where the last one ended. */
const NEEDS_CARE = /(?![\n\t])\p{Cc}/u;

/** Returns a log's text as a person would copy it: no escape sequences, and of a redrawn line only its last state. */
export function plainText(text: string): string {
  if (!NEEDS_CARE.test(text)) return text;
  return text.replace(SEQUENCE, '').replace(OVERWRITTEN, '').replace(CONTROLS, '');
}

/**
 * Returns the plain text of a log with its colours. Nothing in it moves the cursor, so that each line of the log is one
 * line on the screen and the place of a find can be computed.
 */
export function colouredText(text: string): string {
  if (!NEEDS_CARE.test(text)) return text;
  return text
    .replace(SEQUENCE, (sequence) => (COLOUR.test(sequence) ? sequence : ''))
    .replace(OVERWRITTEN, (redrawn) => redrawn.match(SEQUENCE)?.join('') ?? '')
    .replace(CONTROLS, (character) => (character === ESC ? ESC : ''));
}
