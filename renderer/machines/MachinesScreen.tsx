import { Play, Plus, Server, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { BulkBanner } from '../bulk/BulkBanner.tsx';
import { showBulk } from '../bulk/showBulk.tsx';
import { showAddMachine } from '../contexts/contextDialogs.tsx';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { Table, TableHead, Th } from '../ui/Table.tsx';
import { isFresh } from '../status/condition.ts';
import { FIGURES, MachineRow, MEMORY, SEEN } from './MachineRow.tsx';

/** Shows the machines of the context, each with its state and its figures. */
export function MachinesScreen({ api }: ScreenProps): ReactNode {
  const text = useText();
  const words = text.machines.list;
  const machines = useAppState((state) => state.machines);
  const known = useAppState(({ info }) => info !== undefined);
  const context = useAppState((state) => state.context);
  const keys = machines.map(({ machine }) => ({ context: machine.context, name: machine.name }));
  const reachable = machines.some(isFresh);
  return (
    <div className="flex flex-col gap-3.5">
      <ScreenHead title={words.title} about={context}>
        <div className="flex gap-2">
          <Button icon={Play} disabled={!reachable} onClick={() => showBulk(api, 'up', keys)}>
            {words.upAll}
          </Button>
          <Button icon={Square} disabled={!reachable} onClick={() => showBulk(api, 'down', keys)}>
            {words.downAll}
          </Button>
          {machines.length > 0 && <AddMachine api={api} />}
        </div>
      </ScreenHead>
      <BulkBanner api={api} machines={keys} />
      {machines.length > 0 ? (
        <MachineTable api={api} machines={machines} />
      ) : (
        <Card>
          {known ? (
            <Empty icon={Server} title={words.none} action={<AddMachine api={api} />}>
              {words.noneHelp}
            </Empty>
          ) : (
            <SkeletonRows rows={4} label={text.app.loading} />
          )}
        </Card>
      )}
    </div>
  );
}

function AddMachine({ api }: { readonly api: ApiClient }): ReactNode {
  return (
    <Button look="primary" icon={Plus} onClick={() => showAddMachine(api)}>
      {useText().machines.list.add}
    </Button>
  );
}

function MachineTable({
  api,
  machines,
}: {
  readonly api: ApiClient;
  readonly machines: readonly MachineState[];
}): ReactNode {
  const words = useText().machines.list;
  return (
    <Card className="@container">
      <Table label={words.title}>
        <TableHead>
          <Th>{words.state}</Th>
          <Th>{words.machine}</Th>
          <Th>{words.repositories}</Th>
          <Th right className={FIGURES}>
            {words.cpu}
          </Th>
          <Th right className={MEMORY}>
            {words.memory}
          </Th>
          <Th className={FIGURES}>{words.datastore}</Th>
          <Th className={SEEN}>{words.lastSeen}</Th>
          <Th right>
            <span className="sr-only">{words.action}</span>
          </Th>
        </TableHead>
        <tbody>
          {machines.map((machine) => (
            <MachineRow key={machine.machine.name} api={api} machine={machine} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
