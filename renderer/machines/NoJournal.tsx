import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { describeError, fromWire } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';

/** Shows why there is nothing of a machine's journal yet: it is being read, the machine is away, or it keeps none. */
export function NoJournal({
  machine,
  onRetry,
}: {
  readonly machine: MachineState;
  readonly onRetry: () => void;
}): ReactNode {
  const text = useText();
  const words = text.machines.timeline;
  const error = machine.journal?.error;
  if (error?.code === 'agent-older') {
    const { message, next } = describeError(fromWire(error), text);
    return (
      <Card>
        <Empty icon={History} title={words.notKept}>
          {message} {next}
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
