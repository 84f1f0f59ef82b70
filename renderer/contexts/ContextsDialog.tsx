import { Check, Download, Layers, MoreHorizontal, Plus, Server, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { fill } from '../../shared/errors.ts';
import type { Context } from '../../shared/model.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { ConfirmName } from '../repository/dialogs.tsx';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { Badge, Empty } from '../ui/Blocks.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Dialog, Menu } from '../ui/Popups.tsx';
import { useAttempt } from '../ui/useAttempt.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { NewContextDialog } from './NewContextDialog.tsx';
import { RemoveMachineDialog } from './RemoveMachineDialog.tsx';

type Asking =
  | { readonly kind: 'new' }
  | { readonly kind: 'delete' | 'import'; readonly context: Context }
  | { readonly kind: 'remove'; readonly context: Context; readonly machine: string };

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

function ContextCard({
  context,
  current,
  onUse,
  onAsk,
  onAdd,
}: {
  readonly context: Context;
  readonly current: boolean;
  readonly onUse: () => void;
  readonly onAsk: (asking: Asking) => void;
  readonly onAdd: () => void;
}): ReactNode {
  const words = useText().contexts;
  const { plural } = useFormats();
  const { name, sshKey, machines } = context;
  const count = machines.length;
  return (
    <section aria-label={name} className="shrink-0 rounded-lg border">
      <header className="flex min-h-[42px] items-center gap-2.5 px-3.5">
        <h3 className="font-semibold">{name}</h3>
        {current && <Badge icon={Check}>{words.current}</Badge>}
        <span className="min-w-0 truncate text-muted">
          {fill(words.machines[plural(count)], { count })} ·{' '}
          <span className="font-mono text-sm">{sshKey}</span>
        </span>
        <div className="ml-auto flex shrink-0 items-center gap-1">
          {!current && (
            <Button small aria-label={fill(words.useNamed, { name })} onClick={onUse}>
              {words.use}
            </Button>
          )}
          <Menu
            trigger={<IconButton icon={MoreHorizontal} label={fill(words.more, { name })} />}
            groups={[
              [
                { id: 'add', label: words.addMachine, icon: Plus, onSelect: onAdd },
                {
                  id: 'import',
                  label: words.import,
                  icon: Download,
                  onSelect: () => onAsk({ kind: 'import', context }),
                },
              ],
              [
                {
                  id: 'delete',
                  label: fill(words.delete, { name }),
                  icon: Trash2,
                  danger: true,
                  onSelect: () => onAsk({ kind: 'delete', context }),
                },
              ],
            ]}
          />
        </div>
      </header>
      {count > 0 && (
        <ul className="border-t">
          {machines.map((machine) => (
            <li
              key={machine.name}
              className="flex h-[36px] items-center gap-2.5 border-b px-3.5 last:border-b-0"
            >
              <Server aria-hidden size={14} className="shrink-0 text-muted" />
              <span className="font-medium">{machine.name}</span>
              <span className="truncate font-mono text-sm text-muted">
                {machine.user}@{machine.host}
                {machine.port === 22 ? '' : `:${machine.port}`}
              </span>
              <div className="ml-auto shrink-0">
                <IconButton
                  icon={Trash2}
                  label={fill(words.removeMachine, { name: machine.name })}
                  onClick={() => onAsk({ kind: 'remove', context, machine: machine.name })}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

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
