/** The lower end of a real terminal: lines that may still change, drawn again where they do. */
export interface Screen {
  /** The text that makes the terminal show `finished` above, for good, and `changing` below it. */
  paint(finished: readonly string[], changing: readonly string[]): string;
}

/** `columns`: the terminal's width now; a longer line takes several rows there. */
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
const COLOURS = new RegExp(`${ESC}\\[[\\d;:]*m`, 'g');

/** The number of characters that a line shows. */
export function visibleLength(line: string): number {
  return Array.from(line.replace(COLOURS, '')).length;
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(visibleLength(line) / Math.max(1, columns)));
}
