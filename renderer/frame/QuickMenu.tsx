import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Zap } from 'lucide-react';
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { trayMenu } from '../../shared/trayMenu.ts';
import type { TrayChoice, TrayItem } from '../../shared/trayMenu.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import { act, goToOperation } from '../commands/act.ts';
import { showError } from '../commands/ErrorDialog.tsx';

/** Shows the menu of the tray, for desktops that have no tray: each repository with the one action that fits. */
export function QuickMenu({ api }: { readonly api: ApiClient }): ReactNode {
  const text = useText();
  const machines = useAppState((state) => state.machines);
  const choose = (choice: TrayChoice): void => {
    switch (choice.kind) {
      case 'repository':
        act(api, text, choice);
        break;
      case 'reconnect':
        api.call('machine.reconnect', { machine: choice.machine }).catch(showError);
        break;
      case 'operation':
        goToOperation(text, choice.machine, choice.operation);
        break;
      case 'open':
      case 'quit':
        break;
    }
  };
  const { sections } = trayMenu({ machines }, text);
  // The last section opens the window and quits the program: the window is open here, and its own button closes it.
  const shown = sections.slice(0, -1);
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger
        render={
          <Button look="quiet" icon={Zap}>
            {text.frame.quickActions}
          </Button>
        }
      />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align="end" sideOffset={4} className="z-50">
          <BaseMenu.Popup className="animate-appear max-h-(--available-height) w-[340px] overflow-y-auto rounded-md border border-line-strong bg-panel p-1">
            {shown.map((section, at) => (
              <div key={section[0]?.label} className={classes(at > 0 && 'mt-1 border-t pt-1')}>
                {section.map((item) => (
                  <Fragment key={item.label}>
                    <QuickLine item={item} onChoose={choose} />
                    {item.items?.map((below) => (
                      <QuickLine key={below.label} item={below} indent onChoose={choose} />
                    ))}
                  </Fragment>
                ))}
              </div>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

function QuickLine({
  item: { label, name, word, action, tone, choice },
  indent = false,
  onChoose,
}: {
  readonly item: TrayItem;
  readonly indent?: boolean;
  readonly onChoose: (choice: TrayChoice) => void;
}): ReactNode {
  const parts = (
    <>
      <span className="grid w-4 shrink-0 place-items-center">{tone && <StateShape tone={tone} />}</span>
      <span className={classes('truncate', !indent && word !== undefined && 'font-semibold')}>{name}</span>
      {word !== undefined && <span className="truncate text-muted">{word}</span>}
      {action !== undefined && <span className="ml-auto shrink-0 pl-3 font-semibold">{action}</span>}
    </>
  );
  const look = classes('flex h-[28px] items-center gap-2 rounded pr-2.5', indent ? 'pl-6' : 'pl-2');
  if (choice === undefined) return <div className={classes(look, 'text-muted')}>{parts}</div>;
  return (
    <BaseMenu.Item
      aria-label={label}
      onClick={() => onChoose(choice)}
      className={classes(look, 'outline-none data-[highlighted]:bg-hover')}
    >
      {parts}
    </BaseMenu.Item>
  );
}
