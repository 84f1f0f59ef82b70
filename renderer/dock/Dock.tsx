import { ChevronDown, ScrollText, X } from 'lucide-react';
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { LogPane } from '../logs/LogPane.tsx';
import { useLog } from '../logs/useLog.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { useAppState } from '../state/appState.ts';
import { Empty } from '../ui/Blocks.tsx';
import { IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import { activateTab, closePane, closeTab, moveTab, setDockOpen, useDock } from '../state/dockStore.ts';
import type { DockTab, PaneSpec } from '../state/dockStore.ts';
import { paneTone } from './paneTone.ts';

/** Shows the logs at the bottom of the window: tabs, each with its panes side by side. Fills the place it is given. */
export function Dock({
  sessions,
  screenReader,
}: {
  readonly sessions: LogSessions;
  readonly screenReader: boolean;
}): ReactNode {
  const text = useText().panes.log;
  const { tabs, active } = useDock();
  const shown = tabs.find(({ id }) => id === active);
  return (
    <section aria-label={text.dock} className="flex h-full min-h-0 flex-col border-t bg-panel">
      <div className="flex h-[34px] shrink-0 items-center border-b pr-2">
        <div role="tablist" aria-label={text.dock} className="flex h-full min-w-0 overflow-x-auto px-2">
          {tabs.map((tab, at) => (
            <TabButton
              key={tab.id}
              tab={tab}
              active={tab.id === active}
              neighbours={{ before: tabs[at - 1]?.id, after: tabs[at + 1]?.id }}
            />
          ))}
        </div>
        <div className="ml-auto">
          <IconButton icon={ChevronDown} label={text.fold} onClick={() => setDockOpen(false)} />
        </div>
      </div>
      {shown === undefined ? (
        <Empty icon={ScrollText} title={text.empty}>
          {text.emptyHelp}
        </Empty>
      ) : (
        <div role="tabpanel" aria-label={shown.title} className="min-h-0 flex-1">
          <Panes key={shown.id} tab={shown} sessions={sessions} screenReader={screenReader} />
        </div>
      )}
    </section>
  );
}

function TabButton({
  tab: { id, title, panes },
  active,
  neighbours,
}: {
  readonly tab: DockTab;
  readonly active: boolean;
  readonly neighbours: { readonly before: string | undefined; readonly after: string | undefined };
}): ReactNode {
  const text = useText().panes.log;
  const machines = useAppState((state) => state.machines);
  const [first] = panes;
  const tone = first && paneTone(first.source, machines);
  const move = (to: string | undefined): void => {
    if (to !== undefined) moveTab(id, to);
  };
  return (
    <div
      draggable
      onDragStart={({ dataTransfer }) => dataTransfer.setData('text/plain', id)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={({ dataTransfer }) => moveTab(dataTransfer.getData('text/plain'), id)}
      className={classes(
        'group flex shrink-0 items-center border-b-2 pl-3',
        active ? 'border-accent text-text' : 'border-transparent text-muted hover:text-text',
      )}
    >
      <button
        type="button"
        role="tab"
        aria-selected={active}
        title={fill(text.moveTab, { name: title })}
        onClick={() => activateTab(id)}
        onKeyDown={(event) => {
          if (!event.altKey || !['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
          // Alt and an arrow move the tab as dragging does; a browser would leave the page at these keys.
          event.preventDefault();
          move(event.key === 'ArrowLeft' ? neighbours.before : neighbours.after);
        }}
        className="flex h-full items-center gap-2 text-sm font-medium whitespace-nowrap"
      >
        {tone && <StateShape tone={tone} size={11} />}
        {title}
      </button>
      {/* For the pointer alone: a list of tabs may hold nothing but tabs. The keyboard closes a tab by its panes. */}
      <button
        type="button"
        aria-hidden
        tabIndex={-1}
        onClick={() => closeTab(id)}
        className="ml-1 grid size-[22px] place-items-center rounded text-muted hover:bg-hover hover:text-text"
      >
        <X aria-hidden size={13} />
      </button>
    </div>
  );
}

function Panes({
  tab,
  sessions,
  screenReader,
}: {
  readonly tab: DockTab;
  readonly sessions: LogSessions;
  readonly screenReader: boolean;
}): ReactNode {
  return (
    <Group orientation="horizontal" className="h-full">
      {tab.panes.map((pane, at) => (
        <Fragment key={pane.id}>
          {at > 0 && <Separator className="w-px bg-line data-[separator=hover]:bg-accent-solid" />}
          <Panel minSize="15%">
            <PaneOfLog pane={pane} sessions={sessions} screenReader={screenReader} />
          </Panel>
        </Fragment>
      ))}
    </Group>
  );
}

function PaneOfLog({
  pane,
  sessions,
  screenReader,
}: {
  readonly pane: PaneSpec;
  readonly sessions: LogSessions;
  readonly screenReader: boolean;
}): ReactNode {
  const session = useLog(sessions, pane.source);
  if (session === undefined) return null;
  return (
    <LogPane pane={pane} session={session} screenReader={screenReader} onClose={() => closePane(pane.id)} />
  );
}
