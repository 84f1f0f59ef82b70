import type { HTMLAttributes, ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react';
import { classes } from './classes.ts';

/** Shows a table that fills its card. The table scrolls sideways by itself where the window is too narrow for it. */
export function Table({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full border-collapse text-left">
        {children}
      </table>
    </div>
  );
}

/** Shows the row of headings. `unseen`: only screen readers need it, below another table with the same columns. */
export function TableHead({
  unseen = false,
  children,
}: {
  readonly unseen?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <thead className={classes(unseen && 'sr-only')}>
      <tr className="h-[30px] border-b">{children}</tr>
    </thead>
  );
}

interface Aligned {
  /** True for a cell whose content stands at the right: numbers, and the row's action. */
  readonly right?: boolean;
}

/** Shows a heading. */
export function Th({
  right,
  className,
  ...rest
}: ThHTMLAttributes<HTMLTableCellElement> & Aligned): ReactNode {
  return (
    <th
      scope="col"
      className={classes(
        'px-2.5 text-xs font-medium whitespace-nowrap text-muted first:pl-3.5 last:pr-3.5',
        right && 'text-right',
        className,
      )}
      {...rest}
    />
  );
}

/**
 * Shows a row. `dim` greys a row whose content is no longer current; one that is `joined` has no line below, as the next one
 * belongs to it. Whatever a click on the row does, a button in the row has to do too.
 */
export function Row({
  dim,
  joined = false,
  children,
  ...clicks
}: Pick<HTMLAttributes<HTMLTableRowElement>, 'onClick' | 'onDoubleClick'> & {
  readonly dim?: boolean;
  readonly joined?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <tr
      className={classes(
        'h-[37px] last:border-b-0 hover:bg-raised',
        !joined && 'border-b',
        dim && 'text-muted grayscale',
      )}
      {...clicks}
    >
      {children}
    </tr>
  );
}

/** Shows a cell. */
export function Td({
  right,
  className,
  ...rest
}: TdHTMLAttributes<HTMLTableCellElement> & Aligned): ReactNode {
  return (
    <td
      className={classes(
        'px-2.5 first:pl-3.5 last:pr-3.5',
        right && 'tabular text-right whitespace-nowrap',
        className,
      )}
      {...rest}
    />
  );
}
