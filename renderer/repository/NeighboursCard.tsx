import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { noticeText } from '../../shared/text/noticeText.ts';
import type { Text } from '../../shared/text/text.ts';
import { useText } from '../i18n/useText.ts';
import { showDialog } from '../state/dialogs.ts';
import { Card } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';
import { Menu } from '../ui/Popups.tsx';
import type { RepositoryProps } from './props.ts';
import { createStart } from './start.ts';

const UNGUARDED: readonly string[] = ['neighbours-open', 'neighbours-open-older'];

type Other = Pick<Repository, 'guid' | 'name'>;

/** Shows which other repositories' addresses a repository reaches. One is opened after a question, and closed at once. */
export function NeighboursCard({ api, machine, repository }: RepositoryProps): ReactNode {
  const text = useText();
  const words = text.panes.neighbours;
  const [error, setError] = useState<WireError>();
  const { context, name: machineName } = machine.machine;
  const key = { context, name: machineName };
  const { start } = createStart({ api, machine: key, repository, text, onRefused: setError });
  const { allows = [], name, walled = false } = repository;
  const others = (machine.repositories ?? []).filter(
    ({ guid }) => guid !== repository.guid && !allows.some((allowed) => allowed.guid === guid),
  );
  const note = reachNote(repository, text);
  const still = repository.state === 'busy' || machine.connection.state !== 'connected';
  const ask = (other: Other): void =>
    void showDialog((close) => (
      <FormDialog
        title={fill(words.question, { name, other: other.name, machine: machineName })}
        action={fill(words.open, { other: other.name })}
        onClose={close}
        onConfirm={() => {
          close();
          start({ verb: 'allow', options: { other: other.guid } });
        }}
      >
        <p className="text-muted">{fill(words.questionHelp, { name, other: other.name })}</p>
      </FormDialog>
    ));
  return (
    <Card
      title={words.title}
      actions={walled && others.length > 0 && <OpenMenu others={others} disabled={still} onSelect={ask} />}
    >
      {error !== undefined && (
        <div className="p-3.5">
          <ErrorBlock error={error} />
        </div>
      )}
      {note !== undefined && <p className="px-3.5 py-3 text-muted">{note}</p>}
      <ul>
        {allows.map(({ guid, name: other }) => (
          <li key={guid} className="flex min-h-[37px] items-center gap-3 border-b px-3.5 last:border-b-0">
            <span className="min-w-0 flex-1 truncate font-semibold">
              {other ?? fill(words.gone, { guid })}
            </span>
            <Button
              small
              disabled={still}
              aria-label={fill(words.closeNamed, { other: other ?? guid })}
              onClick={() => start({ verb: 'allow', options: { other: guid, revoke: true } })}
            >
              {words.close}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Returns what is said before the list. Where nothing is known to keep others' addresses apart, it must not say so. */
function reachNote({ allows = [], walled = false, notices }: Repository, text: Text): string | undefined {
  const { none, unknown } = text.panes.neighbours;
  if (walled) return allows.length === 0 ? none : undefined;
  const unguarded = notices.find(({ code }) => UNGUARDED.includes(code));
  return unguarded === undefined ? unknown : noticeText(unguarded, text);
}

function OpenMenu({
  others,
  disabled,
  onSelect,
}: {
  readonly others: readonly Other[];
  readonly disabled: boolean;
  readonly onSelect: (other: Other) => void;
}): ReactNode {
  const words = useText().panes.neighbours;
  return (
    <Menu
      trigger={
        <Button small icon={Plus} disabled={disabled}>
          {words.openOther}
        </Button>
      }
      groups={[
        others.map((other) => ({ id: other.guid, label: other.name, onSelect: () => onSelect(other) })),
      ]}
    />
  );
}
