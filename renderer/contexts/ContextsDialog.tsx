import { Layers, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { Context } from '../../shared/model.ts';
import { useText } from '../i18n/useText.ts';
import { ConfirmName } from '../repository/dialogs.tsx';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { Empty } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Dialog } from '../ui/Popups.tsx';
import { useAttempt } from '../ui/useAttempt.ts';
import { ContextCard } from './ContextCard.tsx';
import type { Asking } from './ContextCard.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { NewContextDialog } from './NewContextDialog.tsx';
import { RemoveMachineDialog } from './RemoveMachineDialog.tsx';

/** Shows every context with its machines; a question takes the dialog's place and then leads back to it. */
export function ContextsDialog({
  api,
  onClose,
}: {
  readonly api: ApiClient;
  readonly onClose: () => void;
}): ReactNode {
  const words = useText().contexts;
  const known = useAppState((state) => state.contexts);
  const [asking, setAsking] = useState<Asking>();
  const attempt = useAttempt();
  const contexts = known?.contexts ?? [];
  if (asking !== undefined) {
    return (
      <Question
        api={api}
        asking={asking}
        onClose={onClose}
        onBack={() => setAsking(undefined)}
        onDelete={({ name }) => attempt.run(() => api.call('contexts.delete', { name }))}
      />
    );
  }
  return (
    <Dialog
      title={words.title}
      wide
      onClose={onClose}
      footer={
        <Button icon={Plus} onClick={() => setAsking({ kind: 'new' })}>
          {words.create}
        </Button>
      }
    >
      <p className="text-muted">{words.help}</p>
      {attempt.error !== undefined && <ErrorBlock error={attempt.error} />}
      {contexts.length === 0 && <Empty icon={Layers} title={words.none} />}
      {contexts.map((context) => (
        <ContextCard
          key={context.name}
          context={context}
          current={context.name === known?.current}
          onUse={() => attempt.run(() => api.call('contexts.use', { name: context.name }))}
          onAsk={setAsking}
          onAdd={() =>
            attempt.run(
              () => api.call('contexts.use', { name: context.name }),
              () => {
                onClose();
                goTo({ screen: 'first-run' });
              },
            )
          }
        />
      ))}
    </Dialog>
  );
}

/** Shows the dialog of one question, which leads back with `onBack`. */
function Question({
  api,
  asking,
  onClose,
  onBack,
  onDelete,
}: {
  readonly api: ApiClient;
  readonly asking: Asking;
  readonly onClose: () => void;
  readonly onBack: () => void;
  readonly onDelete: (context: Context) => void;
}): ReactNode {
  const words = useText().contexts;
  switch (asking.kind) {
    case 'new':
      return <NewContextDialog api={api} onClose={onClose} />;
    case 'import':
      return <ImportDialog api={api} context={asking.context} onClose={onBack} />;
    case 'remove':
      return (
        <RemoveMachineDialog
          api={api}
          machine={{ context: asking.context.name, name: asking.machine }}
          onClose={onBack}
        />
      );
    case 'delete':
      return (
        <ConfirmName
          name={asking.context.name}
          machine=""
          title={words.deleteTitle}
          help={words.deleteHelp}
          action={words.deleteAction}
          onClose={onBack}
          onConfirm={() => {
            onBack();
            onDelete(asking.context);
          }}
        />
      );
  }
}
