import type { ReactNode, RefObject } from 'react';
import { classes } from '../../ui/classes.ts';
import type { TerminalInUse } from '../view/useTerminal.ts';
import { TimeGutter } from './TimeGutter.tsx';

/** Shows the element that a terminal is opened in, with the times of its lines beside it. */
export function TerminalPlace({
  place,
  shown: { terminal, view },
  times,
  stale,
}: {
  readonly place: RefObject<HTMLDivElement | null>;
  readonly shown: TerminalInUse;
  readonly times: boolean;
  /** The log is out of reach, so that it may have gone on without this window. */
  readonly stale: boolean;
}): ReactNode {
  return (
    <div className={classes('flex min-h-0 flex-1 overflow-hidden', stale && 'grayscale')}>
      {times && terminal !== undefined && view !== undefined && (
        <TimeGutter terminal={terminal} view={view} />
      )}
      <div className="min-w-0 flex-1 overflow-x-auto overflow-y-hidden py-1 pl-3">
        <div ref={place} className="h-full" />
      </div>
    </div>
  );
}
