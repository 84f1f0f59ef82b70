import { Check, Download, MoreHorizontal, Plus, Server, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import type { Context } from '../../shared/model.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Badge } from '../ui/Blocks.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Popups.tsx';

/** A question about contexts that has a dialog of its own. */
export type Asking =
  | { readonly kind: 'new' }
  | { readonly kind: 'delete' | 'import'; readonly context: Context }
  | { readonly kind: 'remove'; readonly context: Context; readonly machine: string };

/** Shows one context with its machines, and the buttons for what can be done with them. */
export function ContextCard({
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
          <ContextMenu name={name} onAsk={(kind) => onAsk({ kind, context })} onAdd={onAdd} />
        </div>
      </header>
      {count > 0 && (
        <ul className="border-t">
          {machines.map((machine) => (
            <MachineLine
              key={machine.name}
              machine={machine}
              onRemove={() => onAsk({ kind: 'remove', context, machine: machine.name })}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Shows a button with a menu of what can be done with a context. */
function ContextMenu({
  name,
  onAsk,
  onAdd,
}: {
  readonly name: string;
  readonly onAsk: (kind: 'import' | 'delete') => void;
  readonly onAdd: () => void;
}): ReactNode {
  const words = useText().contexts;
  return (
    <Menu
      trigger={<IconButton icon={MoreHorizontal} label={fill(words.more, { name })} />}
      groups={[
        [
          { id: 'add', label: words.addMachine, icon: Plus, onSelect: onAdd },
          {
            id: 'import',
            label: words.import,
            icon: Download,
            onSelect: () => onAsk('import'),
          },
        ],
        [
          {
            id: 'delete',
            label: fill(words.delete, { name }),
            icon: Trash2,
            danger: true,
            onSelect: () => onAsk('delete'),
          },
        ],
      ]}
    />
  );
}

/** Shows one machine of a context, and the button that removes it. */
function MachineLine({
  machine,
  onRemove,
}: {
  readonly machine: Context['machines'][number];
  readonly onRemove: () => void;
}): ReactNode {
  const words = useText().contexts;
  return (
    <li className="flex h-[36px] items-center gap-2.5 border-b px-3.5 last:border-b-0">
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
          onClick={onRemove}
        />
      </div>
    </li>
  );
}
