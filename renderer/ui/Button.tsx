import { Tooltip } from '@base-ui/react/tooltip';
import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classes } from './classes.ts';
import { Shortcut } from './Shortcut.tsx';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'border-transparent bg-accent-solid text-on-accent hover:brightness-110',
  plain: 'border-line-strong bg-raised text-text hover:bg-hover',
  quiet: 'border-transparent text-muted hover:bg-hover hover:text-text',
  danger: 'border-transparent bg-fail-solid text-on-fail hover:brightness-110',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly icon?: LucideIcon;
  /** True for a lower button, as in rows of tables. */
  readonly small?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** Shows a button with a word. `primary` is for the one action that matters on a screen. */
export function Button({
  look = 'plain',
  icon: Icon,
  small = false,
  children,
  className,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={classes(
        'inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-md border text-sm font-semibold transition-colors duration-100',
        'disabled:pointer-events-none disabled:opacity-50',
        small ? 'h-[26px] px-2.5' : 'h-[30px] px-3',
        LOOKS[look],
        className,
      )}
      {...rest}
    >
      {Icon && <Icon aria-hidden size={15} strokeWidth={2} />}
      {children}
    </button>
  );
}

/** Shows a tooltip with the name of a control and the keys that do the same. */
export function Hint({
  label,
  keys,
  children,
}: {
  readonly label: string;
  readonly keys?: string | undefined;
  /** The control: one element that takes a ref and the properties of the tooltip's trigger. */
  readonly children: React.ReactElement<Record<string, unknown>>;
}): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className="z-50">
          <Tooltip.Popup className="animate-appear flex items-center gap-2 rounded-md border border-line-strong bg-raised px-2 py-1 text-sm text-text">
            {label}
            {keys !== undefined && <Shortcut keys={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: LucideIcon;
  /** The name of the button, for the tooltip and for screen readers. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** Shows a button with a picture. The button's name and keys are in its tooltip. */
export function IconButton({ icon: Icon, label, keys, className, ...rest }: IconButtonProps): ReactNode {
  return (
    <Hint label={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        className={classes(
          'inline-grid size-[28px] shrink-0 place-items-center rounded-md text-muted transition-colors duration-100 hover:bg-hover hover:text-text disabled:pointer-events-none disabled:opacity-50 data-[popup-open]:bg-hover',
          className,
        )}
        {...rest}
      >
        <Icon aria-hidden size={16} strokeWidth={1.9} />
      </button>
    </Hint>
  );
}
