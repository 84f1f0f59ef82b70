import { MoreHorizontal, Play, Plus, Power, PowerOff, Square, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { BulkApiRequest, MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Popups.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { useNow } from '../ui/useNow.ts';
import { conditionTone, isFresh, machineCondition } from '../status/condition.ts';

/** Shows a machine's name, its facts and the actions for the whole machine. */
export function MachineHead({
  machine,
  onBulk,
  onCreate,
  onRemove,
}: {
  readonly machine: MachineState;
  readonly onBulk: (verb: BulkApiRequest['verb']) => void;
  readonly onCreate: () => void;
  readonly onRemove: () => void;
}): ReactNode {
  const text = useText();
  const words = text.machines.head;
  const { list } = text.machines;
  const { name } = machine.machine;
  const fresh = isFresh(machine);
  const some = fresh && (machine.repositories ?? []).length > 0;
  const condition = machineCondition(machine);
  const bulk = (verb: BulkApiRequest['verb'], label: string, icon: typeof Power) => ({
    ...{ id: verb, label, icon, disabled: !some },
    onSelect: () => onBulk(verb),
  });
  return (
    <header className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="truncate text-xl font-semibold">{name}</h1>
        {condition !== 'healthy' && (
          <StateMark tone={conditionTone(condition)}>{text.machines.conditions[condition]}</StateMark>
        )}
        <div className="ml-auto flex shrink-0 gap-2">
          <Button icon={Play} disabled={!some} onClick={() => onBulk('up')}>
            {list.upAll}
          </Button>
          <Button icon={Square} disabled={!some} onClick={() => onBulk('down')}>
            {list.downAll}
          </Button>
          <Button look="primary" icon={Plus} disabled={!fresh} onClick={onCreate}>
            {words.newRepository}
          </Button>
          <Menu
            trigger={<IconButton icon={MoreHorizontal} label={fill(words.more, { name })} />}
            groups={[
              [
                bulk('autostart-enable', words.enableAll, Power),
                bulk('autostart-disable', words.disableAll, PowerOff),
              ],
              [
                {
                  ...{ id: 'remove', label: text.contexts.removeAction, icon: Trash2, danger: true },
                  onSelect: onRemove,
                },
              ],
            ]}
          />
        </div>
      </div>
      <Facts machine={machine} />
    </header>
  );
}

function Facts({ machine }: { readonly machine: MachineState }): ReactNode {
  const words = useText().machines.head;
  const { span, number, age } = useFormats();
  const now = useNow();
  const { machine: own, info, connection, lastSeen } = machine;
  const port = own.port === 22 ? '' : `:${own.port}`;
  const uptime = machine.metrics.at(-1)?.uptime ?? info?.uptime;
  return (
    <div className="flex flex-wrap items-center gap-x-3.5 gap-y-0.5 text-muted">
      <span className="font-mono text-sm [overflow-wrap:anywhere]">
        {own.user}@{own.host}
        {port}
      </span>
      {info !== undefined && <span>{info.os}</span>}
      {info !== undefined && <Fact name={words.kernel}>{info.kernel}</Fact>}
      {uptime !== undefined && <Fact name={words.up}>{span(uptime)}</Fact>}
      {connection.latency !== undefined && (
        <Fact name={words.latency}>{fill(words.milliseconds, { count: number(connection.latency) })}</Fact>
      )}
      {info !== undefined && <Fact name={words.agent}>{info.agent}</Fact>}
      <Fact name={words.datastore}>
        <span className="font-mono text-sm">{info?.datastore.path ?? own.datastore}</span>
      </Fact>
      {!isFresh(machine) && lastSeen !== undefined && (
        <span className="basis-full text-stale">{fill(words.stale, { age: age(now - lastSeen) })}</span>
      )}
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <span>
      {name} <b className="tabular font-semibold text-text">{children}</b>
    </span>
  );
}
