import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';

/** Shows an icon button that stays pressed while it is on. */
export function Toggle({
  icon,
  label,
  on,
  onChange,
}: {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}): ReactNode {
  return (
    <IconButton
      icon={icon}
      label={label}
      aria-pressed={on}
      className={classes(on && 'bg-accent-soft text-accent')}
      onClick={() => onChange(!on)}
    />
  );
}
