import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { describeError, fill, fromWire } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import { useNow } from '../ui/useNow.ts';
import { conditionTone, machineCondition } from '../status/condition.ts';

/** Shows why a machine is away, when the next attempt is made, and the button that does not wait for it. */
export function OfflineNotice({
  machine,
  onReconnect,
}: {
  readonly machine: MachineState;
  readonly onReconnect: () => void;
}): ReactNode {
  const text = useText();
  const words = text.machines.offline;
  const { number } = useFormats();
  const now = useNow();
  const { connection, lastSeen } = machine;
  const refused = machineCondition(machine) === 'refused';
  const trouble = connection.error && describeError(fromWire(connection.error), text);
  const seconds = connection.retryAt && Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
  const next =
    connection.state === 'connecting'
      ? words.trying
      : seconds === undefined
        ? words.waiting
        : fill(words.retry, { seconds: number(seconds) });
  const title = connection.state === 'connecting' ? words.connecting : words.title;
  return (
    <div
      role="status"
      className={classes(
        'flex flex-wrap items-center gap-3 rounded-md border px-3 py-2.5',
        refused ? 'border-fail bg-fail-soft' : 'border-line-strong border-dashed bg-panel',
      )}
    >
      <StateShape tone={conditionTone(machineCondition(machine))} />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <p className="font-medium">
          {trouble?.message ?? fill(title, { name: machine.machine.name })}{' '}
          {lastSeen === undefined && <span className="font-normal text-muted">{words.never}</span>}
        </p>
        <p className="text-muted">{refused && trouble ? trouble.next : next}</p>
      </div>
      <Button icon={RefreshCw} disabled={connection.state === 'connecting'} onClick={onReconnect}>
        {words.reconnect}
      </Button>
    </div>
  );
}
