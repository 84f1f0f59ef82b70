/** ESC, which begins every control sequence. */
export const ESC = '\u001b';
const BEL = '\u0007';

/** One control sequence, a run of ordinary characters, or any other character. */
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
/** A sequence whose end has not come yet; longer than this it is none. */
const UNFINISHED = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*|[\\]PX^_][^${BEL}${ESC}]*${ESC}?|[ -/]*)$`, 'u');
const MOST_UNFINISHED = 4096;

/**
 * Cuts text, as it comes, into control sequences, controls and runs of characters; a sequence is never cut in two, whatever the
 * cuts of the text.
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
