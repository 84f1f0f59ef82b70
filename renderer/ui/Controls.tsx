import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { Select as BaseSelect } from '@base-ui/react/select';
import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useId } from 'react';
import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import { classes } from './classes.ts';

/** Shows a switch, which takes effect at once. */
export function Switch({
  on,
  label,
  disabled = false,
  onChange,
}: {
  readonly on: boolean;
  readonly label: string;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}): ReactNode {
  return (
    <BaseSwitch.Root
      checked={on}
      aria-label={label}
      disabled={disabled}
      onCheckedChange={(checked) => onChange(checked)}
      className="inline-flex h-[17px] w-[30px] shrink-0 items-center rounded-full bg-idle p-[2px] align-middle transition-colors duration-100 data-[checked]:bg-ok data-[disabled]:opacity-50"
    >
      <BaseSwitch.Thumb className="size-[13px] rounded-full bg-panel transition-transform duration-100 data-[checked]:translate-x-[13px]" />
    </BaseSwitch.Root>
  );
}

/** Shows a check box, which takes effect with the form that it belongs to. */
export function Checkbox({
  checked,
  children,
  onChange,
}: {
  readonly checked: boolean;
  readonly children: ReactNode;
  readonly onChange: (checked: boolean) => void;
}): ReactNode {
  return (
    <label className="flex items-center gap-2.5">
      <BaseCheckbox.Root
        checked={checked}
        onCheckedChange={(value) => onChange(value)}
        className="grid size-4 shrink-0 place-items-center rounded border border-idle bg-panel data-[checked]:border-transparent data-[checked]:bg-accent-solid"
      >
        <BaseCheckbox.Indicator className="text-on-accent">
          <Check size={13} strokeWidth={3} />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <span>{children}</span>
    </label>
  );
}

const INPUT =
  'h-[32px] w-full rounded-md border border-line-strong bg-panel px-2.5 text-base text-text placeholder:text-faint aria-[invalid=true]:border-fail disabled:opacity-60';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  /** A hint at what to write here. */
  readonly help?: ReactNode;
  /** The fault in what was typed, and what to do about it; stands in the place of `help`. */
  readonly error?: string | undefined;
  readonly mono?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** Shows a labelled input with its help, or with what is wrong. */
export function Field({ label, help, error, mono = false, className, ...rest }: FieldProps): ReactNode {
  const id = useId();
  const note = error ?? help;
  return (
    <div className={classes('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <input
        id={id}
        className={classes(INPUT, mono && 'font-mono text-sm')}
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        autoComplete="off"
        spellCheck={false}
        {...rest}
      />
      {note !== undefined && (
        <p id={`${id}-note`} className={classes('text-sm', error === undefined ? 'text-muted' : 'text-fail')}>
          {note}
        </p>
      )}
    </div>
  );
}

/** Shows a choice of one among a few options. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}): ReactNode {
  return (
    <BaseSelect.Root
      value={value}
      items={options}
      modal={false}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <BaseSelect.Trigger
        aria-label={label}
        className="inline-flex h-[30px] min-w-40 items-center justify-between gap-3 rounded-md border border-line-strong bg-raised px-2.5 text-left hover:bg-hover"
      >
        <BaseSelect.Value />
        <BaseSelect.Icon className="text-muted">
          <ChevronsUpDown size={14} />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <BaseSelect.Popup className="animate-appear min-w-(--anchor-width) rounded-md border border-line-strong bg-panel p-1">
            {options.map((option) => (
              <BaseSelect.Item
                key={option.value}
                value={option.value}
                className="flex h-[28px] items-center gap-2 rounded px-2 outline-none data-[highlighted]:bg-hover"
              >
                <span className="grid w-4 place-items-center text-accent">
                  <BaseSelect.ItemIndicator>
                    <Check size={14} />
                  </BaseSelect.ItemIndicator>
                </span>
                <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
              </BaseSelect.Item>
            ))}
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
