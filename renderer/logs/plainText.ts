const ESC = '\u001b';

/** One escape sequence: CSI, a string (title, clipboard, link, device), or a short one. */
const SEQUENCE = new RegExp(
  [
    `${ESC}\\[[0-?]*[ -/]*[@-~]`,
    `${ESC}[\\]PX^_][^\u0007${ESC}]*(?:\u0007|${ESC}\\\\|$)`,
    `${ESC}[ -/]*[0-OQ-WYZ\\\\\`-~]`,
    // One that was cut off by the line's end.
    `${ESC}(?:\\[[0-?]*[ -/]*|[ -/]*)$`,
  ].join('|'),
  'gmu',
);
const COLOUR = new RegExp(`^${ESC}\\[[0-9;:]*m$`, 'u');
/** Control characters that say nothing in plain text; the tab and the line feed do. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
/** What a carriage return made the terminal write over, but the one that only ends the line. */
const OVERWRITTEN = /[^\n]*\r(?=[^\n\r])/gu;
const NEEDS_CARE = /(?![\n\t])\p{Cc}/u;

/** Text of a log as a person would copy it: no escape sequences, and of a redrawn line only how it ended. */
export function plainText(text: string): string {
  if (!NEEDS_CARE.test(text)) return text;
  return text.replace(SEQUENCE, '').replace(OVERWRITTEN, '').replace(CONTROLS, '');
}

/**
 * The same with its colours: nothing in it moves the cursor any more, so that each line of the log is one line on
 * the screen and a search knows where its hit stands.
 */
export function colouredText(text: string): string {
  if (!NEEDS_CARE.test(text)) return text;
  return text
    .replace(SEQUENCE, (sequence) => (COLOUR.test(sequence) ? sequence : ''))
    .replace(OVERWRITTEN, (redrawn) => redrawn.match(SEQUENCE)?.join('') ?? '')
    .replace(CONTROLS, (character) => (character === ESC ? ESC : ''));
}
