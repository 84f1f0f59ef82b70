import { Clock, Download, Search, WrapText, X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { operationView } from '../status/steps.ts';
import type { StepView } from '../status/steps.ts';
import type { PaneSpec } from '../state/dockStore.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Dialog } from '../ui/Popups.tsx';
import { useNow } from '../ui/useNow.ts';
import { saveLog } from './exportLog.ts';
import { FindBar, Toggle } from './find/FindBar.tsx';
import type { LogSnapshot } from './logRecord.ts';
import type { LogSession } from './logSession.ts';
import { PaneStatus } from './pane/PaneStatus.tsx';
import type { OutputRange } from './view/outputRange.ts';
import { TimeGutter } from './pane/TimeGutter.tsx';
import { useSession } from './useSession.ts';
import { useTerminal } from './view/useTerminal.ts';

/** One log, or one function's part of it: head, find bar, terminal. */
export function LogPane({
  pane,
  session,
  screenReader,
  onClose,
}: {
  readonly pane: PaneSpec;
  readonly session: LogSession;
  readonly screenReader: boolean;
  /** Absent where the pane belongs to its screen. */
  readonly onClose?: () => void;
}): ReactNode {
  const text = useText().panes.log;
  const snapshot = useSession(session);
  const [finding, setFinding] = useState(false);
  const [times, setTimes] = useState(false);
  const [wrap, setWrap] = useState(pane.source.kind !== 'operation');
  const [link, setLink] = useState<string>();
  const place = useRef<HTMLDivElement>(null);
  const step = stepOf(pane, snapshot);
  const range = rangeOf(pane, step);
  const { view, terminal, mode, newLines } = useTerminal(place, {
    session,
    range,
    label: fill(text.output, { name: pane.title }),
    wrap,
    screenReader,
    askLink: setLink,
  });
  const stale = snapshot.status.kind === 'disconnected';

  return (
    <section
      aria-label={fill(text.output, { name: pane.title })}
      className="flex h-full min-h-0 min-w-0 flex-col bg-terminal"
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        setFinding(true);
      }}
    >
      <header className="flex h-[32px] shrink-0 items-center gap-2 border-b bg-panel pr-1 pl-3">
        <PaneStatus pane={pane} snapshot={snapshot} step={step} />
        <div className="ml-auto flex shrink-0 items-center gap-1">
          <Elapsed step={step} snapshot={snapshot} />
          <FollowButton
            mode={mode}
            newLines={newLines}
            live={isLive(snapshot, step)}
            onFollow={() => view?.follow()}
          />
          <IconButton icon={Search} label={text.find} keys="Mod+F" onClick={() => setFinding(true)} />
          <Toggle icon={Clock} label={text.times} on={times} onChange={setTimes} />
          <Toggle icon={WrapText} label={text.wrap} on={wrap} onChange={setWrap} />
          <IconButton
            icon={Download}
            label={text.export}
            onClick={() => saveLog(session.store, pane.title)}
          />
          {onClose !== undefined && <IconButton icon={X} label={text.close} onClick={onClose} />}
        </div>
      </header>
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
      <div className={classes('flex min-h-0 flex-1 overflow-hidden', stale && 'grayscale')}>
        {times && terminal !== undefined && view !== undefined && (
          <TimeGutter terminal={terminal} view={view} />
        )}
        <div className="min-w-0 flex-1 overflow-x-auto overflow-y-hidden py-1 pl-3">
          <div ref={place} className="h-full" />
        </div>
      </div>
      {link !== undefined && <LinkQuestion href={link} onClose={() => setLink(undefined)} />}
    </section>
  );
}

/** More may come. */
function isLive({ status }: LogSnapshot, step: StepView | undefined): boolean {
  return status.kind === 'following' && (step === undefined || step.state === 'running');
}

function stepOf({ step }: PaneSpec, { events, status }: LogSnapshot): StepView | undefined {
  if (step === undefined) return undefined;
  const over = status.kind === 'ended' || status.kind === 'lost';
  return operationView(events, over).steps.find(
    ({ step: one }) => one.kind === 'function' && one.file === step.file && one.function === step.function,
  );
}

function rangeOf(pane: PaneSpec, step: StepView | undefined): OutputRange | undefined {
  if (pane.step === undefined) return { from: 0 };
  if (step?.from === undefined) return undefined;
  return { from: step.from, ...(step.to === undefined ? {} : { to: step.to }) };
}

function Elapsed({
  step,
  snapshot,
}: {
  readonly step: StepView | undefined;
  readonly snapshot: LogSnapshot;
}): ReactNode {
  const formats = useFormats();
  const now = useNow();
  const { head, endedAt } = operationView(snapshot.events);
  const startedAt = step?.startedAt ?? head?.startedAt;
  if (startedAt === undefined) return null;
  const over = snapshot.status.kind === 'ended' || snapshot.status.kind === 'lost';
  const took = step?.milliseconds ?? (endedAt === undefined ? undefined : endedAt - startedAt);
  if (took === undefined && over) return null;
  return (
    <span className="tabular px-1 text-sm text-muted">
      {formats.duration(Math.max(0, took ?? now - startedAt))}
    </span>
  );
}

function FollowButton({
  mode,
  newLines,
  live,
  onFollow,
}: {
  readonly mode: string;
  readonly newLines: number;
  readonly live: boolean;
  readonly onFollow: () => void;
}): ReactNode {
  const text = useText().panes.log;
  const { number } = useFormats();
  const pill = 'rounded-full border border-line-strong px-2.5 text-sm font-medium text-muted';
  if (mode === 'following') {
    return live ? <span className={pill}>{text.following}</span> : null;
  }
  return (
    <button type="button" className={classes(pill, 'hover:bg-hover hover:text-text')} onClick={onFollow}>
      {newLines > 0 ? fill(text.newLines, { count: number(newLines) }) : text.atEnd}
    </button>
  );
}

function LinkQuestion({ href, onClose }: { readonly href: string; readonly onClose: () => void }): ReactNode {
  const text = useText();
  return (
    <Dialog
      title={text.panes.log.linkTitle}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button
            look="primary"
            onClick={() => {
              window.open(href, '_blank', 'noopener,noreferrer');
              onClose();
            }}
          >
            {text.panes.log.openLink}
          </Button>
        </>
      }
    >
      <p className="font-mono text-sm [overflow-wrap:anywhere]">{href}</p>
      <p className="text-muted">{text.panes.log.linkHelp}</p>
    </Dialog>
  );
}
