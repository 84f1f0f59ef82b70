import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import { X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import { IconButton } from './Button.tsx';
import { classes } from './classes.ts';
import { Shortcut } from './Shortcut.tsx';

/**
 * Shows a question or a form over the window. Escape closes it; the focus stays inside, and goes back to where it was
 * before. A click beside the dialog does nothing: what was typed would be lost, and another question may lie above it.
 */
export function Dialog({
  title,
  children,
  footer,
  wide = false,
  onClose,
}: {
  readonly title: string;
  readonly children: ReactNode;
  /** The buttons: first the one that leaves, last the one that acts. */
  readonly footer?: ReactNode;
  readonly wide?: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  return (
    <BaseDialog.Root open disablePointerDismissal onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-app opacity-70" />
        <BaseDialog.Popup
          className={classes(
            'animate-appear fixed top-1/2 left-1/2 z-40 flex max-h-[calc(100vh-48px)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-lg border border-line-strong bg-panel',
            wide ? 'w-[min(820px,calc(100vw-48px))]' : 'w-[min(520px,calc(100vw-48px))]',
          )}
        >
          <header className="flex h-[46px] shrink-0 items-center border-b pr-2 pl-4">
            <BaseDialog.Title className="text-lg font-semibold">{title}</BaseDialog.Title>
            <div className="ml-auto">
              <BaseDialog.Close render={<IconButton icon={X} label={text.app.close} keys="Esc" />} />
            </div>
          </header>
          <div className="flex min-h-0 flex-col gap-4 overflow-y-auto p-4">{children}</div>
          {footer !== undefined && (
            <footer className="flex shrink-0 items-center justify-end gap-2 border-t px-4 py-3">
              {footer}
            </footer>
          )}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** One line of a menu. */
export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  /** A state, in the place of the icon. */
  readonly mark?: ReactNode;
  /** A muted text at the right. */
  readonly detail?: string;
  readonly keys?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

/** Shows a menu of further actions. Its groups are parted by a line. */
export function Menu({
  trigger,
  groups,
  align = 'end',
}: {
  /** The button that opens the menu. */
  readonly trigger: ReactElement<Record<string, unknown>>;
  readonly groups: readonly (readonly MenuEntry[])[];
  readonly align?: 'start' | 'end';
}): ReactNode {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} sideOffset={4} className="z-50">
          <BaseMenu.Popup className="animate-appear min-w-48 rounded-md border border-line-strong bg-panel p-1">
            {groups
              .filter((group) => group.length > 0)
              .map((group, at) => (
                <div key={group[0]?.id} className={classes(at > 0 && 'mt-1 border-t pt-1')}>
                  {group.map((entry) => (
                    <MenuLine key={entry.id} entry={entry} />
                  ))}
                </div>
              ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

function MenuLine({ entry }: { readonly entry: MenuEntry }): ReactNode {
  const { icon: Icon, mark, label, detail, keys, danger = false, disabled = false, onSelect } = entry;
  return (
    <BaseMenu.Item
      disabled={disabled}
      onClick={onSelect}
      className={classes(
        'flex h-[28px] items-center gap-2.5 rounded px-2 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover',
        danger && 'text-fail',
      )}
    >
      <span className="grid w-4 shrink-0 place-items-center">
        {Icon ? <Icon aria-hidden size={15} className={danger ? '' : 'text-muted'} /> : mark}
      </span>
      <span className="flex-1 whitespace-nowrap">{label}</span>
      {detail !== undefined && <span className="pl-4 text-sm whitespace-nowrap text-muted">{detail}</span>}
      {keys !== undefined && <Shortcut keys={keys} />}
    </BaseMenu.Item>
  );
}

/** Shows the parts of a screen, one at a time. */
export function Tabs<Value extends string>({
  label,
  value,
  tabs,
  onChange,
  children,
}: {
  readonly label: string;
  readonly value: Value;
  readonly tabs: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
  /** The content of the part that is shown. */
  readonly children: ReactNode;
}): ReactNode {
  return (
    <BaseTabs.Root
      value={value}
      onValueChange={(next: Value) => onChange(next)}
      className="flex min-h-0 flex-col gap-3.5"
    >
      <BaseTabs.List aria-label={label} className="flex gap-1 overflow-x-auto border-b">
        {tabs.map((tab) => (
          <BaseTabs.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px h-[36px] border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-muted hover:text-text data-[active]:border-accent data-[active]:font-semibold data-[active]:text-text"
          >
            {tab.label}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      <BaseTabs.Panel value={value} className="min-h-0 outline-none">
        {children}
      </BaseTabs.Panel>
    </BaseTabs.Root>
  );
}
