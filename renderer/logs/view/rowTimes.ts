import type { IMarker, Terminal } from '@xterm/xterm';

/** The times of a terminal's rows, milliseconds since the epoch; undefined where no time is known. */
interface RowTimes {
  /** Notes the time of what is written to the terminal from here on. */
  mark(at: number | undefined): void;
  /** Returns the times of the rows in view, from the first to the last. */
  inView(): (number | undefined)[];
}

/** Keeps times by markers that move with the terminal's rows: a redrawn line makes counting line feeds wrong. */
export function createRowTimes(terminal: Terminal): RowTimes {
  let marks: { marker: IMarker; at: number | undefined }[] = [];
  let markedTime: number | undefined;
  const timeOf = (row: number): number | undefined =>
    marks.findLast(({ marker }) => !marker.isDisposed && marker.line <= row)?.at;
  return {
    mark: (at) => {
      if (at === markedTime) return;
      markedTime = at;
      // The marker belongs at the cursor's row once all that was written before has been parsed.
      terminal.write('', () => {
        marks = marks.filter(({ marker }) => !marker.isDisposed);
        marks.push({ marker: terminal.registerMarker(0), at });
      });
    },
    inView: () => {
      const { viewportY } = terminal.buffer.active;
      return Array.from({ length: terminal.rows }, (_, row) => timeOf(viewportY + row));
    },
  };
}
