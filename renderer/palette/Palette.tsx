import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { Command as Cmdk, defaultFilter } from 'cmdk';
import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { Shortcut } from '../ui/Shortcut.tsx';
import { StateShape } from '../ui/StateMark.tsx';
import { actionCommands, placeCommands } from './commands.ts';
import type { Command } from './commands.ts';
import { runChoice } from './run.ts';

const GROUPS = ['places', 'actions', 'window'] as const;

/** Shows places and commands to choose by name. `jump`: places first, then commands; `commands`: commands alone. */
export function Palette({
  api,
  mode,
  onClose,
}: {
  readonly api: ApiClient;
  readonly mode: 'jump' | 'commands';
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  const words = text.frame.palette;
  const { machines, contexts } = useAppState();
  const sources = { machines, contexts, text };
  const commands = [...(mode === 'jump' ? placeCommands(sources) : []), ...actionCommands(sources)];
  const placeholder = mode === 'jump' ? text.frame.jump : words.placeholder;
  const choose = ({ choice }: Command): void => {
    onClose();
    runChoice(api, text, choice);
  };
  return (
    <BaseDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-app opacity-50" />
        <BaseDialog.Popup
          aria-label={words.label}
          className="animate-appear fixed top-[64px] left-1/2 z-40 w-[min(620px,calc(100vw-48px))] -translate-x-1/2 overflow-hidden rounded-lg border border-line-strong bg-panel"
        >
          <Cmdk
            label={words.label}
            loop
            filter={(_id, search, names = []) => defaultFilter(names.join(' '), search)}
            className="flex max-h-[min(480px,calc(100vh-120px))] flex-col"
          >
            <div className="flex h-[44px] shrink-0 items-center gap-2.5 border-b px-3.5">
              <Search aria-hidden size={16} className="shrink-0 text-muted" />
              <Cmdk.Input
                autoFocus
                placeholder={placeholder}
                className="min-w-0 flex-1 bg-transparent text-lg outline-none placeholder:text-faint"
              />
              <Shortcut keys="Esc" />
            </div>
            <Cmdk.List className="min-h-0 flex-1 overflow-y-auto p-1">
              <Cmdk.Empty className="px-3 py-6 text-center text-muted">{words.nothing}</Cmdk.Empty>
              {GROUPS.map((group) => (
                <Lines
                  key={group}
                  heading={words[group]}
                  commands={commands.filter((one) => one.group === group)}
                  onChoose={choose}
                />
              ))}
            </Cmdk.List>
          </Cmdk>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

function Lines({
  heading,
  commands,
  onChoose,
}: {
  readonly heading: string;
  readonly commands: readonly Command[];
  readonly onChoose: (command: Command) => void;
}): ReactNode {
  if (commands.length === 0) return null;
  return (
    <Cmdk.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted"
    >
      {commands.map((command) => (
        <Cmdk.Item
          key={command.id}
          value={command.id}
          keywords={[command.label, command.detail ?? '']}
          onSelect={() => onChoose(command)}
          className="flex h-[32px] items-center gap-2.5 rounded px-2.5 data-[selected=true]:bg-hover"
        >
          <span className="grid w-4 shrink-0 place-items-center">
            {command.tone && <StateShape tone={command.tone} />}
          </span>
          <span className="truncate">{command.label}</span>
          {command.detail !== undefined && (
            <span className="truncate text-sm text-muted">{command.detail}</span>
          )}
          {command.keys !== undefined && (
            <span className="ml-auto">
              <Shortcut keys={command.keys} />
            </span>
          )}
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  );
}
