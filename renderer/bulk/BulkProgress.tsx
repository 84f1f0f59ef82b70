import { ScrollText, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { Bulk } from '../../shared/api/apiModel.ts';
import { describeError, fill, fromWire, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { showPane } from '../state/dockStore.ts';
import { operationPane } from '../state/panes.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { verdictTone } from '../status/tones.ts';
import { useAppState } from '../state/appState.ts';
import { SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Dialog } from '../ui/Popups.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../ui/Table.tsx';
import { itemState, itemTone, totalsOf } from './bulkView.ts';
import { placeTitle } from './place.ts';

/** Shows how a bulk verb goes: the verdict and the duration of each repository, the totals, and Cancel. */
export function BulkProgressDialog({
  api,
  bulk: id,
  onClose,
}: {
  readonly api: ApiClient;
  readonly bulk: string;
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  const words = text.machines.bulk;
  const bulk = useAppState(({ bulks }) => bulks.find((one) => one.bulk === id));
  const [error, setError] = useState<WireError>();
  const running = bulk !== undefined && bulk.endedAt === undefined;
  const cancel = (): void =>
    void api.call('bulk.cancel', { bulk: id }).catch((reason: unknown) => setError(toWire(reason)));
  return (
    <Dialog
      wide
      title={
        bulk === undefined
          ? text.app.loading
          : fill(words.titles[bulk.request.verb], { where: placeTitle(bulk.request.machines, text) })
      }
      onClose={onClose}
      footer={
        <>
          {running && <span className="mr-auto text-muted">{words.goesOn}</span>}
          {running && (
            <Button icon={X} disabled={bulk.cancelled} onClick={cancel}>
              {words.cancel}
            </Button>
          )}
          <Button look={running ? 'quiet' : 'primary'} onClick={onClose}>
            {text.app.close}
          </Button>
        </>
      }
    >
      {error !== undefined && <ErrorBlock error={error} />}
      {bulk === undefined ? (
        <SkeletonRows rows={3} label={text.app.loading} />
      ) : (
        <>
          <Summary bulk={bulk} />
          {bulk.failures.map((failure) => (
            <ErrorBlock key={failure.machine.name} error={failure.error} />
          ))}
          <div className="overflow-hidden rounded-md border">
            <Items bulk={bulk} />
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Shows how many repositories have ended, and how many of them in which way. */
function Summary({ bulk }: { readonly bulk: Bulk }): ReactNode {
  const words = useText().machines.bulk;
  const { number } = useFormats();
  const totals = totalsOf(bulk);
  const { ended, total } = totals;
  const running = bulk.endedAt === undefined;
  return (
    <div role="status" className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        {running && (
          <StateMark tone="busy">
            {fill(words.progress, { ended: number(ended), total: number(total) })}
          </StateMark>
        )}
        {(['succeeded', 'warnings', 'failed', 'cancelled', 'lost'] as const)
          .filter((kind) => totals[kind] > 0)
          .map((kind) => (
            <StateMark key={kind} tone={verdictTone(kind)}>
              {fill(words.counts[kind], { count: number(totals[kind]) })}
            </StateMark>
          ))}
        {totals.left > 0 && (
          <StateMark tone="idle">{fill(words.counts.left, { count: number(totals.left) })}</StateMark>
        )}
      </div>
      {bulk.cancelled && <p className="text-muted">{running ? words.cancelling : words.cancelled}</p>}
    </div>
  );
}

function Items({ bulk }: { readonly bulk: Bulk }): ReactNode {
  const words = useText().machines.bulk;
  const several = bulk.request.machines.length > 1;
  return (
    <Table label={words.summary}>
      <TableHead>
        <Th>{words.verdict}</Th>
        <Th>{words.repository}</Th>
        {several && <Th>{words.machine}</Th>}
        <Th className="w-full">
          <span className="sr-only">{words.summary}</span>
        </Th>
        <Th right>{words.took}</Th>
        <Th right>
          <span className="sr-only">{words.log}</span>
        </Th>
      </TableHead>
      <tbody>
        {bulk.items.map((item) => (
          <ItemRow key={`${item.machine.name} ${item.guid}`} item={item} bulk={bulk} several={several} />
        ))}
      </tbody>
    </Table>
  );
}

function ItemRow({
  item,
  bulk,
  several,
}: {
  readonly item: Bulk['items'][number];
  readonly bulk: Bulk;
  readonly several: boolean;
}): ReactNode {
  const text = useText();
  const words = text.machines.bulk;
  const { duration } = useFormats();
  const { machine, repository, operation, milliseconds, verdict } = item;
  const trouble = verdict?.error ?? verdict?.failures[0]?.error;
  const state = itemState(item);
  const word =
    state === 'waiting' || state === 'not-begun' || state === 'running'
      ? words.states[state]
      : text.app.verdicts[state];
  return (
    <Row>
      <Td className="whitespace-nowrap">
        <StateMark tone={itemTone(item)}>{word}</StateMark>
      </Td>
      <Td className="max-w-48 truncate font-semibold">{repository}</Td>
      {several && <Td className="max-w-40 truncate text-muted">{machine.name}</Td>}
      <Td className="py-1 text-muted [overflow-wrap:anywhere]">
        {trouble !== undefined && describeError(fromWire(trouble), text).message}
      </Td>
      <Td right className="text-muted">
        {milliseconds === undefined ? '–' : duration(milliseconds)}
      </Td>
      <Td right>
        {operation !== undefined && (
          <Button
            look="quiet"
            small
            icon={ScrollText}
            aria-label={fill(words.logOf, { name: repository })}
            onClick={() =>
              showPane(
                operationPane({ id: operation, machine, repository }, text.app.verbs[bulk.request.verb]),
              )
            }
          >
            {words.log}
          </Button>
        )}
      </Td>
    </Row>
  );
}
