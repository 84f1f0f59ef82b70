import { History, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { describeError, fill, fromWire } from '../../shared/errors.ts';
import { showError } from '../commands/ErrorDialog.tsx';
import { useText } from '../i18n/useText.ts';
import { showPane } from '../state/dockStore.ts';
import { setupPane } from '../state/panes.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';

/** Shows why there is nothing of a machine's journal yet: it is being read, the machine is away, or it keeps none. */
export function NoJournal({
  api,
  machine,
  onRetry,
}: {
  readonly api: ApiClient;
  readonly machine: MachineState;
  readonly onRetry: () => void;
}): ReactNode {
  const text = useText();
  const words = text.machines.timeline;
  const error = machine.journal?.error;
  const { context, name } = machine.machine;
  const update = (): void => {
    const key = { context, name };
    api.call('machine.setup', { machine: key }).catch(showError);
    showPane(setupPane(key, fill(text.machines.setup.pane, { name })));
  };
  if (error?.code === 'agent-older') {
    const { message } = describeError(fromWire(error), text);
    return (
      <Card>
        <Empty
          icon={History}
          title={words.notKept}
          action={
            <Button icon={Wrench} disabled={machine.setup?.state === 'running'} onClick={update}>
              {words.update}
            </Button>
          }
        >
          {message}
        </Empty>
      </Card>
    );
  }
  if (error !== undefined)
    return <ErrorBlock error={error} action={<Button onClick={onRetry}>{words.again}</Button>} />;
  if (machine.journal === undefined && machine.connection.state === 'offline')
    return (
      <Card>
        <Empty icon={History} title={words.unread}>
          {words.unreadHelp}
        </Empty>
      </Card>
    );
  return (
    <Card>
      <SkeletonRows rows={6} label={text.app.loading} />
    </Card>
  );
}
