import type { Terminal } from '@xterm/xterm';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useFormats } from '../../i18n/useText.ts';
import type { PaneView } from '../view/paneView.ts';

/** Shows the times of the lines in view beside the terminal, so that nothing is written into the machine's output. */
export function TimeGutter({
  terminal,
  view,
}: {
  readonly terminal: Terminal;
  readonly view: PaneView;
}): ReactNode {
  const { clock } = useFormats();
  const [times, setTimes] = useState<readonly (number | undefined)[]>([]);
  useEffect(() => {
    const show = (): void => setTimes(view.visibleTimes());
    show();
    const drawn = terminal.onRender(show);
    return () => drawn.dispose();
  }, [terminal, view]);
  const height = (terminal.element?.clientHeight ?? 0) / terminal.rows;
  return (
    <ol className="tabular shrink-0 py-1 pl-3 font-mono text-sm text-faint">
      {times.map((at, row) => (
        <li key={row} style={{ height, lineHeight: `${height}px` }}>
          {at === undefined || (row > 0 && times[row - 1] === at) ? '\u00a0' : clock(at)}
        </li>
      ))}
    </ol>
  );
}
