import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

/** Shows a surface with a thin line around it. */
export function Card({
  title,
  detail,
  actions,
  children,
  className,
}: {
  readonly title?: string;
  readonly detail?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}): ReactNode {
  return (
    <section
      aria-label={title}
      className={classes('min-w-0 overflow-hidden rounded-lg border bg-panel', className)}
    >
      {title !== undefined && (
        <header className="flex h-[38px] items-center gap-2.5 border-b px-3.5">
          <h2 className="font-semibold">{title}</h2>
          {detail !== undefined && <span className="tabular min-w-0 truncate text-muted">{detail}</span>}
          {actions !== undefined && <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** Shows a short word in a pill. */
export function Badge({
  icon: Icon,
  children,
}: {
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full border border-line-strong px-2 text-xs font-semibold whitespace-nowrap text-muted">
      {Icon && <Icon aria-hidden size={13} />}
      {children}
    </span>
  );
}

/** Shows that there is nothing yet: a sentence and one action. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-10 text-center">
      <Icon aria-hidden size={22} strokeWidth={1.6} className="mb-2 text-faint" />
      <p className="text-lg font-semibold">{title}</p>
      {children !== undefined && <p className="max-w-md text-muted">{children}</p>}
      {action !== undefined && <div className="mt-4">{action}</div>}
    </div>
  );
}

/** Shows a grey bar where text will come. */
export function Skeleton({ className }: { readonly className?: string }): ReactNode {
  return <span aria-hidden className={classes('block h-3 rounded bg-hover', className)} />;
}

/** Shows grey rows until the true ones come, with a word for screen readers. */
export function SkeletonRows({ rows, label }: { readonly rows: number; readonly label: string }): ReactNode {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-[37px] items-center gap-6 border-b px-3.5 last:border-b-0">
          <Skeleton className="w-24" />
          <Skeleton className="w-40" />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  );
}
