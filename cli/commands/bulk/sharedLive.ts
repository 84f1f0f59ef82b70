import type { Source } from './bulkSummary.ts';
import type { Call } from '../../call.ts';
import type { Live } from '../../terminal/live.ts';

/** The most rows of progress at the bottom of the screen; more would push the operations' output off it. */
const MOST_ROWS = 10;

/**
 * Shares one screen among operations that run at once. Returns a function that makes the `Live` of one operation: its
 * lines stand behind its label, its progress stands below all lines, and its events name their source. `width`: the
 * width of the widest label.
 */
export function shareLive({ live, paint, dependencies }: Call, width: number) {
  const places = new Map<string, string>();
  let sources = 0;
  let turn: Promise<void> = Promise.resolve();
  // One writer at a time: a slow reader holds up all of them alike.
  const inTurn = (write: () => Promise<void>): Promise<void> => (turn = turn.then(write));

  const where = (): { changing: string[]; progress?: string } => {
    const rows = [...places].map(([label, place]) => `${label}: ${place}`);
    if (dependencies.stdout.isTTY)
      return { changing: rows.slice(0, MOST_ROWS).map((row) => paint.faint(row)) };
    return { changing: [], ...(rows.length > 0 && { progress: rows.join(' · ') }) };
  };

  return (label: string, source: Source): Live => {
    const prefix = `${paint.source(sources++, `${label.padEnd(width)} │`)} `;
    const show = (finished: readonly string[]): Promise<void> =>
      inTurn(() => live.show({ finished: finished.map((line) => prefix + line), ...where() }));
    return {
      show({ finished, progress }) {
        if (progress === undefined) places.delete(label);
        else places.set(label, progress);
        return show(finished);
      },
      event: (event) => inTurn(() => live.event({ ...event, of: source })),
      note: (line) => live.note(prefix + line),
      end: () => {
        places.delete(label);
        void show([]);
      },
    };
  };
}
