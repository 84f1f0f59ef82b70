/** The character ESC, which begins every control sequence. */
export const ESC = '\u001b';
const BEL = '\u0007';

/** A control sequence, a run of ordinary characters, or any other single character. */
const PIECE = new RegExp(
  [
    `${ESC}\\[[0-?]*[ -/]*[@-~]`, // CSI: movement, erasing, colours
    `${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)`, // strings: title, clipboard, links
    `${ESC}[ -/]*[0-OQ-WYZ\\\\\`-~]`, // other escapes
    '[^\\p{Cc}\\u{10000}-\\u{10ffff}]+',
    '[^]',
  ].join('|'),
  'gu',
);
/** A control sequence at the end of the text whose own end has not come yet. */
const UNFINISHED = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*|[\\]PX^_][^${BEL}${ESC}]*${ESC}?|[ -/]*)$`, 'u');
/** The longest text that is held back as an unfinished sequence, in UTF-16 units; longer text is no sequence. */
const MOST_UNFINISHED = 4096;

/**
 * Makes a function that cuts text into control sequences, single controls and runs of ordinary characters. The text may
 * come in any pieces: a sequence that is spread over several of them comes back whole.
 */
export function createSplitter(): (text: string) => string[] {
  let rest = '';
  return (text) => {
    const all = rest + text;
    const unfinished = UNFINISHED.exec(all)?.[0] ?? '';
    rest = unfinished.length < MOST_UNFINISHED ? unfinished : '';
    return all.slice(0, all.length - rest.length).match(PIECE) ?? [];
  };
}
