/** The lower end of a real terminal, with lines that may still change and are drawn again when they do. */
interface Screen {
  /** Returns the text that makes the terminal show `finished` for good, and `changing` below it. */
  paint(finished: readonly string[], changing: readonly string[]): string;
}

/** Makes a screen. `columns` returns the terminal's width now; a line that is longer takes several rows. */
export function createScreen(columns: () => number): Screen {
  let painted: readonly string[] = [];
  return {
    paint(finished, changing) {
      const wanted = [...finished, ...changing];
      let same = 0;
      while (same < painted.length && same < wanted.length && painted[same] === wanted[same]) same += 1;
      const stale = painted.slice(same);
      painted = changing;
      const up = stale.reduce((rows, line) => rows + rowsOf(line, columns()), 0);
      const erase = up === 0 ? '' : `\u001b[${up}A\u001b[J`;
      return (
        erase +
        wanted
          .slice(same)
          .map((line) => `${line}\n`)
          .join('')
      );
    },
  };
}

const ESC = '\u001b';
const COLOUR = `${ESC}\\[[\\d;:]*m`;
const COLOURS = new RegExp(COLOUR, 'g');
/** One colour sequence, or one character. */
const TOKEN = new RegExp(`${COLOUR}|[^]`, 'gu');

/** Counts the characters that a line shows; colour sequences take no place. */
function visibleLength(line: string): number {
  return Array.from(line.replace(COLOURS, '')).length;
}

/** Cuts a line to one row; a colour that is cut is reset at the end. */
export function oneRow(line: string, columns: number): string {
  const room = Math.max(0, columns - 2);
  let row = '';
  let shown = 0;
  for (const [token] of line.matchAll(TOKEN)) {
    if (!token.startsWith(ESC)) shown += 1;
    if (shown >= columns) return `${row}…${row.includes(ESC) ? `${ESC}[0m` : ''}`;
    if (shown <= room) row += token;
  }
  return line;
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(visibleLength(line) / Math.max(1, columns)));
}
