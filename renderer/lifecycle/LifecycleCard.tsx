import { ListTree } from 'lucide-react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import type { FunctionName } from '../../shared/model.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Badge, Card, Empty } from '../ui/Blocks.tsx';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import { useNow } from '../ui/useNow.ts';
import { lifecycleGrid } from '../status/grid.ts';
import type { GridCell, GridRow } from '../status/grid.ts';
import type { OperationView } from '../status/steps.ts';
import { stepTone } from '../status/tones.ts';

const FUNCTIONS: readonly FunctionName[] = ['prep', 'up', 'down'];

/** Shows in which order the functions run: a row for each Rediaccfile, a column for each function. */
export function LifecycleCard({
  view,
  onOpenLog,
}: {
  readonly view: OperationView;
  /** Shows what one function of one Rediaccfile wrote. */
  readonly onOpenLog: (row: GridRow, name: FunctionName) => void;
}): ReactNode {
  const text = useText();
  const { clock } = useFormats();
  const { head } = view;
  const words = text.panes.lifecycle;
  if (head === undefined) {
    return (
      <Card>
        <Empty icon={ListTree} title={words.none}>
          {words.noneHelp}
        </Empty>
      </Card>
    );
  }
  const { rows, chips } = lifecycleGrid(view);
  return (
    <Card
      title={wordFor(text.app.verbs, head.verb)}
      detail={fill(words.started, { time: clock(head.startedAt), by: head.by })}
      actions={chips.map(({ name, state }) => (
        <Badge key={name}>
          {words.chips[name]}
          <StateShape tone={stepTone(state)} size={9} label={words.states[state]} />
        </Badge>
      ))}
    >
      {rows.length === 0 ? (
        <p className="px-3.5 py-3 text-muted">{words.noFiles}</p>
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full min-w-[520px] table-fixed border-collapse text-left">
            <Heading />
            <tbody>
              {rows.map((row) => (
                <tr key={row.file} className="h-[44px] border-b last:border-b-0">
                  <th scope="row" title={row.file} className="truncate pl-3.5 font-semibold">
                    {row.folder === '' ? words.root : row.folder}
                  </th>
                  {FUNCTIONS.map((name) => (
                    <td key={name} className="px-2.5 last:pr-3.5">
                      <Cell row={row} name={name} cell={row.cells[name]} onOpenLog={onOpenLog} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Heading(): ReactNode {
  const words = useText().panes.lifecycle;
  const orders = { prep: words.prepOrder, up: words.upOrder, down: words.downOrder };
  return (
    <thead>
      <tr className="h-[30px] border-b text-xs text-muted">
        <th scope="col" className="w-[26%] pl-3.5 font-medium">
          {words.rediaccfile}
        </th>
        {FUNCTIONS.map((name) => (
          <th key={name} scope="col" className="px-2.5 font-medium last:pr-3.5">
            <span className="flex justify-between gap-2">
              {name}
              <span className="truncate font-normal text-faint">{orders[name]}</span>
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

const LOOKS: Partial<Record<GridCell['state'], string>> = {
  failed: 'border-fail bg-fail-soft text-text',
  running: 'border-accent bg-accent-soft text-text',
  succeeded: 'border-line bg-raised text-text',
  already: 'border-line bg-raised text-text',
  cancelled: 'border-warn bg-warn-soft text-text',
};

function Cell({
  row,
  name,
  cell: { state, view },
  onOpenLog,
}: {
  readonly row: GridRow;
  readonly name: FunctionName;
  readonly cell: GridCell;
  readonly onOpenLog: (row: GridRow, name: FunctionName) => void;
}): ReactNode {
  const words = useText().panes.lifecycle;
  const folder = row.folder === '' ? words.root : row.folder;
  if (state === 'not-defined') {
    return (
      <span className="flex h-[30px] items-center rounded-md border border-dashed border-line-strong px-2.5 text-sm text-faint">
        {words.states['not-defined']}
      </span>
    );
  }
  const word =
    state === 'failed' && view?.exitCode !== undefined ? fill(words.exit, { code: view.exitCode }) : name;
  return (
    <button
      type="button"
      disabled={view?.from === undefined}
      aria-label={fill(words.cell, { function: name, folder, state: words.states[state] })}
      onClick={() => onOpenLog(row, name)}
      className={classes(
        'flex h-[30px] w-full items-center gap-2 rounded-md border px-2.5 text-left hover:brightness-110',
        LOOKS[state] ?? 'border-line bg-raised text-faint',
      )}
    >
      <StateShape tone={stepTone(state)} size={12} />
      <span className="truncate">{word}</span>
      <Took cell={{ state, ...(view === undefined ? {} : { view }) }} />
    </button>
  );
}

function Took({ cell: { state, view } }: { readonly cell: GridCell }): ReactNode {
  const { duration } = useFormats();
  const now = useNow();
  const running = state === 'running' && view?.startedAt !== undefined ? now - view.startedAt : undefined;
  const took = view?.milliseconds ?? running;
  if (took === undefined) return null;
  return (
    <span className="tabular ml-auto text-sm whitespace-nowrap text-muted">
      {duration(Math.max(0, took))}
    </span>
  );
}
