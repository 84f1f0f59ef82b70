import { ExternalLink, MoreHorizontal, Play, RefreshCw, Square, Trash2, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { showBulk } from '../bulk/showBulk.tsx';
import { showRemoveMachine } from '../contexts/contextDialogs.tsx';
import { useFormats, useText } from '../i18n/useText.ts';
import { goTo } from '../state/navigation.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Age, Meter } from '../ui/Figures.tsx';
import { Menu } from '../ui/Popups.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Td } from '../ui/Table.tsx';
import { conditionTone, countTrouble, isFresh, machineCondition } from '../status/condition.ts';
import { figureTone, processorTone, usedShare } from './figures.ts';

/** The classes of columns that are hidden first where the window is narrow. */
export const FIGURES = 'hidden @min-[640px]:table-cell';
export const MEMORY = 'hidden @min-[780px]:table-cell';
export const SEEN = 'hidden @min-[900px]:table-cell';

interface MachineProps {
  readonly machine: MachineState;
}

/** Shows one machine of the context. A double click, or Enter on its name, opens the machine. */
export function MachineRow({ api, machine }: MachineProps & { readonly api: ApiClient }): ReactNode {
  const text = useText();
  const { context, name, user, host } = machine.machine;
  const { age } = useFormats();
  const { lastSeen } = machine;
  const fresh = isFresh(machine);
  const condition = machineCondition(machine);
  const open = (): void => goTo({ screen: 'machine', machine: { context, name } });
  return (
    <Row dim={condition === 'offline'} onDoubleClick={open}>
      <Td className="max-w-40">
        <StateMark tone={conditionTone(condition)}>{text.machines.conditions[condition]}</StateMark>
        {!fresh && lastSeen !== undefined && (
          // Where the window is too narrow for the column with this age, the age stands here.
          <span className="block text-sm whitespace-nowrap text-muted @min-[900px]:hidden">
            <Age at={lastSeen} />
          </span>
        )}
      </Td>
      <Td className="max-w-52 py-1.5">
        <button
          type="button"
          className="block max-w-full truncate font-semibold hover:underline"
          onClick={open}
        >
          {name}
        </button>
        <span className="block truncate font-mono text-sm text-muted">
          {user}@{host}
        </span>
      </Td>
      <Td>
        <Repositories machine={machine} />
      </Td>
      <Figures machine={machine} />
      <Td className={`${SEEN} whitespace-nowrap text-muted`}>
        {fresh ? age(0) : lastSeen === undefined ? '–' : <Age at={lastSeen} />}
      </Td>
      <Td right>
        <Actions api={api} machine={machine} onOpen={open} />
      </Td>
    </Row>
  );
}

/** Shows how many repositories run of how many, and the number of those in trouble. */
function Repositories({ machine }: MachineProps): ReactNode {
  const words = useText().machines;
  const { number } = useFormats();
  const { repositories } = machine;
  if (repositories === undefined) return '–';
  const trouble = isFresh(machine) ? countTrouble(repositories) : { failed: 0, degraded: 0 };
  const running = repositories.filter(({ state }) => state === 'running' || state === 'degraded').length;
  const said = fill(words.list.running, { running: number(running), total: number(repositories.length) });
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <span className="tabular whitespace-nowrap">
        {isFresh(machine) ? said : number(repositories.length)}
      </span>
      {trouble.failed > 0 && (
        <StateMark tone="fail">{fill(words.counts.failed, { count: number(trouble.failed) })}</StateMark>
      )}
      {trouble.degraded > 0 && (
        <StateMark tone="warn">{fill(words.counts.degraded, { count: number(trouble.degraded) })}</StateMark>
      )}
    </span>
  );
}

const TEXT = { ok: '', warn: 'text-warn', fail: 'text-fail' } as const;

/** Shows the newest figures of a machine, or dashes while there are none. */
function Figures({ machine }: MachineProps): ReactNode {
  const words = useText().machines.figures;
  const { percent } = useFormats();
  const newest = machine.metrics.at(-1);
  if (newest === undefined) {
    return (['cpu', 'memory', 'datastore'] as const).map((figure) => (
      <Td
        key={figure}
        right={figure !== 'datastore'}
        className={classes(figure === 'memory' ? MEMORY : FIGURES, 'text-muted')}
      >
        –
      </Td>
    ));
  }
  const memory = usedShare(newest.memory);
  const datastore = usedShare(newest.datastore);
  return (
    <>
      <Td right className={classes(FIGURES, TEXT[processorTone(newest)])}>
        {percent(newest.cpu)}
      </Td>
      <Td right className={classes(MEMORY, TEXT[figureTone('memory', memory)])}>
        {percent(memory)}
      </Td>
      <Td className={FIGURES}>
        <span className="inline-flex items-center gap-2">
          <span className="hidden @min-[760px]:inline-flex">
            <Meter share={datastore} label={`${words.datastore} ${machine.machine.name}`} />
          </span>
          <span className={classes('tabular', TEXT[figureTone('datastore', datastore)])}>
            {percent(datastore)}
          </span>
        </span>
      </Td>
    </>
  );
}

function Actions({
  api,
  machine,
  onOpen,
}: MachineProps & { readonly api: ApiClient; readonly onOpen: () => void }): ReactNode {
  const text = useText();
  const words = text.machines;
  const { context, name } = machine.machine;
  const key = { context, name };
  const some = isFresh(machine) && (machine.repositories ?? []).length > 0;
  // The result shows in the state that the machine then has.
  const reconnect = (): void => void api.call('machine.reconnect', { machine: key }).catch(() => undefined);
  const button = (icon: typeof Play, label: string, act: () => void): ReactNode => (
    <Button small icon={icon} aria-label={`${label} ${name}`} onClick={act}>
      {label}
    </Button>
  );
  const condition = machineCondition(machine);
  return (
    <span className="inline-flex items-center gap-1">
      {(condition === 'offline' || condition === 'refused') &&
        button(RefreshCw, words.list.reconnect, reconnect)}
      {condition === 'not-set-up' && button(Wrench, words.setup.start, onOpen)}
      {some && button(Play, words.list.upAll, () => showBulk(api, 'up', [key]))}
      <Menu
        trigger={<IconButton icon={MoreHorizontal} label={fill(text.app.more, { name })} />}
        groups={[
          [
            {
              ...{ id: 'up', label: words.list.upAll, icon: Play, disabled: !some },
              onSelect: () => showBulk(api, 'up', [key]),
            },
            {
              ...{ id: 'down', label: words.list.downAll, icon: Square, disabled: !some },
              onSelect: () => showBulk(api, 'down', [key]),
            },
          ],
          [
            { id: 'open', label: words.repositories.open, icon: ExternalLink, onSelect: onOpen },
            { id: 'reconnect', label: words.list.reconnect, icon: RefreshCw, onSelect: reconnect },
          ],
          [
            {
              ...{ id: 'remove', label: text.contexts.removeAction, icon: Trash2, danger: true },
              onSelect: () => showRemoveMachine(api, key),
            },
          ],
        ]}
      />
    </span>
  );
}
