import { Clock, Download, Search, WrapText, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PaneSpec } from '../../state/dockStore.ts';
import type { StepView } from '../../status/steps.ts';
import { useText } from '../../i18n/useText.ts';
import { IconButton } from '../../ui/Button.tsx';
import type { LogSnapshot } from '../logRecord.ts';
import { Toggle } from '../Toggle.tsx';
import type { TerminalInUse } from '../view/useTerminal.ts';
import { Elapsed } from './Elapsed.tsx';
import { FollowButton } from './FollowButton.tsx';
import { isLive } from './paneParts.ts';
import { PaneStatus } from './PaneStatus.tsx';

/** Whether times are shown and long lines are wrapped, and what changes that. */
interface PaneOptions {
  readonly times: boolean;
  readonly wrap: boolean;
  readonly setTimes: (on: boolean) => void;
  readonly setWrap: (on: boolean) => void;
}

/** Shows the head of a pane: the log's name and state, and the buttons for what can be done with it. */
export function PaneHead({
  pane,
  snapshot,
  step,
  shown: { view, mode, newLines },
  options,
  onFind,
  onExport,
  onClose,
}: {
  readonly pane: PaneSpec;
  readonly snapshot: LogSnapshot;
  readonly step: StepView | undefined;
  readonly shown: TerminalInUse;
  readonly options: PaneOptions;
  readonly onFind: () => void;
  readonly onExport: () => void;
  /** Absent where the pane belongs to its screen. */
  readonly onClose: (() => void) | undefined;
}): ReactNode {
  const text = useText().panes.log;
  return (
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
        <IconButton icon={Search} label={text.find} keys="Mod+F" onClick={onFind} />
        <Toggle icon={Clock} label={text.times} on={options.times} onChange={options.setTimes} />
        <Toggle icon={WrapText} label={text.wrap} on={options.wrap} onChange={options.setWrap} />
        <IconButton icon={Download} label={text.export} onClick={onExport} />
        {onClose !== undefined && <IconButton icon={X} label={text.close} onClick={onClose} />}
      </div>
    </header>
  );
}
