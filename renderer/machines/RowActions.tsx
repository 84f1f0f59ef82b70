import {
  MoreHorizontal,
  Play,
  Power,
  PowerOff,
  ScrollText,
  Square,
  SquareArrowOutUpRight,
  Trash2,
  X,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { assertNever, fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { fittingAction, isDeletable } from '../../shared/repositoryAction.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { showPane } from '../state/dockStore.ts';
import { operationPane } from '../state/panes.ts';
import { useText } from '../i18n/useText.ts';
import type { Actions } from '../repository/actions.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Popups.tsx';
import type { MenuEntry } from '../ui/Popups.tsx';
import { isFresh, shownState } from '../status/condition.ts';

interface RowActionsProps {
  readonly machine: MachineState;
  readonly repository: Repository;
  readonly actions: Actions;
  readonly onOpen: () => void;
}

/** Shows the one action that fits a repository, and a menu with the others. */
export function RowActions(props: RowActionsProps): ReactNode {
  const text = useText();
  const { name } = props.repository;
  return (
    <span className="inline-flex items-center gap-1">
      <Fitting {...props} />
      <Menu
        trigger={<IconButton icon={MoreHorizontal} label={fill(text.app.more, { name })} />}
        groups={useMenu(props)}
      />
    </span>
  );
}

function Fitting({ machine, repository, actions, onOpen }: RowActionsProps): ReactNode {
  const words = useText().machines.repositories;
  const action = fittingAction({ state: shownState(machine, repository) });
  const button = (icon: typeof Play, label: string, act: () => void): ReactNode => (
    <Button small icon={icon} aria-label={`${label} ${repository.name}`} onClick={act}>
      {label}
    </Button>
  );
  switch (action) {
    case 'up':
      return button(Play, words.up, actions.up);
    case 'down':
      return button(Square, words.down, actions.down);
    case 'cancel':
      return button(X, words.cancel, actions.cancel);
    case 'inspect':
      return button(SquareArrowOutUpRight, words.open, onOpen);
    case 'reconnect':
      // The whole machine is away: its page says so once, and has the button.
      return null;
    default:
      return assertNever(action);
  }
}

function useMenu({ machine, repository, actions, onOpen }: RowActionsProps): MenuEntry[][] {
  const text = useText();
  const words = text.machines.repositories;
  const { operation, lastOperation, autostart, state } = repository;
  const disabled = !isFresh(machine) || operation !== undefined;
  const last = operation ?? lastOperation;
  const openLog = (): void => {
    if (last === undefined) return;
    const entry = { id: last.id, machine: machine.machine, repository: repository.name };
    showPane(operationPane(entry, wordFor(text.app.verbs, last.verb)));
  };
  return [
    [
      {
        id: 'up',
        label: words.up,
        icon: Play,
        disabled: disabled || state === 'damaged',
        onSelect: actions.up,
      },
      {
        ...{ id: 'down', label: words.down, icon: Square, onSelect: actions.down },
        disabled: disabled || !repository.mounted,
      },
    ],
    [
      { id: 'open', label: words.open, icon: SquareArrowOutUpRight, onSelect: onOpen },
      {
        ...{ id: 'log', label: words.lastLog, icon: ScrollText, onSelect: openLog },
        disabled: last === undefined,
      },
    ],
    [
      autostart.enabled
        ? {
            ...{ id: 'autostart', label: words.disableAutostart, icon: PowerOff, disabled },
            onSelect: actions.disableAutostart,
          }
        : {
            ...{ id: 'autostart', label: words.enableAutostart, icon: Power, disabled },
            onSelect: actions.enableAutostart,
          },
    ],
    [
      {
        ...{ id: 'delete', label: words.delete, icon: Trash2, danger: true, onSelect: actions.remove },
        disabled: disabled || !isDeletable(repository),
      },
    ],
  ];
}
