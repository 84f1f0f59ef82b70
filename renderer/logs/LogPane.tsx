import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import type { PaneSpec } from '../state/dockStore.ts';
import { saveLog } from './exportLog.ts';
import { FindBar } from './find/FindBar.tsx';
import type { LogSession } from './logSession.ts';
import { LinkQuestion } from './pane/LinkQuestion.tsx';
import { PaneHead } from './pane/PaneHead.tsx';
import { rangeOf, stepOf } from './pane/paneParts.ts';
import { TerminalPlace } from './pane/TerminalPlace.tsx';
import { useSession } from './useSession.ts';
import { useTerminal } from './view/useTerminal.ts';

interface LogPaneProps {
  readonly pane: PaneSpec;
  readonly session: LogSession;
  readonly screenReader: boolean;
  /** Absent where the pane belongs to its screen. */
  readonly onClose?: () => void;
}

/** Shows one log, or one function's part of it: head, find bar, terminal. */
export function LogPane({ pane, session, screenReader, onClose }: LogPaneProps): ReactNode {
  const text = useText().panes.log;
  const snapshot = useSession(session);
  const [finding, setFinding] = useState(false);
  const [times, setTimes] = useState(false);
  const [wrap, setWrap] = useState(pane.source.kind !== 'operation');
  const [link, setLink] = useState<string>();
  const place = useRef<HTMLDivElement>(null);
  const step = stepOf(pane, snapshot);
  const range = rangeOf(pane, step);
  const label = fill(text.output, { name: pane.title });
  const shown = useTerminal(place, { session, range, label, wrap, screenReader, askLink: setLink });
  const { view } = shown;

  return (
    <section
      aria-label={label}
      className="flex h-full min-h-0 min-w-0 flex-col bg-terminal"
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        setFinding(true);
      }}
    >
      <PaneHead
        pane={pane}
        snapshot={snapshot}
        step={step}
        shown={shown}
        options={{ times, wrap, setTimes, setWrap }}
        onFind={() => setFinding(true)}
        onExport={() => saveLog(session.store, pane.title)}
        onClose={onClose}
      />
      {finding && (
        <FindBar
          store={session.store}
          bytes={snapshot.bytes}
          range={() => view?.lines() ?? { from: 0 }}
          onReveal={(hit) => view?.reveal(hit)}
          onClose={() => setFinding(false)}
        />
      )}
      {range === undefined && (
        <p className="px-3 py-2 text-sm text-muted">
          {step?.state === 'not-defined' ? text.notDefined : text.waiting}
        </p>
      )}
      <TerminalPlace
        place={place}
        shown={shown}
        times={times}
        stale={snapshot.status.kind === 'disconnected'}
      />
      {link !== undefined && <LinkQuestion href={link} onClose={() => setLink(undefined)} />}
    </section>
  );
}
