import { isDeletable } from '../../shared/repositoryAction.ts';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Card } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { useNow } from '../ui/useNow.ts';
import type { Actions } from './actions.tsx';
import { Line } from './AutostartTab.tsx';
import { repositoryChanges } from './changes.tsx';
import type { Changes as ChangesOf } from './changes.tsx';
import { FindingsCard } from './FindingsCard.tsx';
import type { RepositoryProps } from './props.ts';
import { useRemembered } from './useRemembered.ts';

type ChangeProps = RepositoryProps & { readonly changes: ChangesOf };

/** Shows what a repository is, what can be changed about it, what is wrong with it, and how it is deleted. */
export function SettingsTab({
  actions,
  ...props
}: RepositoryProps & { readonly actions: Actions }): ReactNode {
  const { api, machine, repository } = props;
  const text = useText();
  const words = text.panes.settings;
  const [error, setError] = useState<WireError>();
  const { context, name } = machine.machine;
  const target = { api, machine: { context, name }, repository };
  const changes = repositoryChanges({ ...target, text, onRefused: setError });
  const closed = isDeletable(repository);
  return (
    <div className="flex flex-col gap-3.5">
      {error !== undefined && <ErrorBlock error={error} />}
      <Identity {...props} />
      <Changes {...props} changes={changes} />
      <FindingsCard {...props} />
      <KeptSlots {...props} changes={changes} />
      <Card title={words.danger}>
        <div className="flex items-center gap-4 px-3.5 py-3">
          <p className="min-w-0 text-muted">{closed ? words.deleteHelp : words.deleteClosed}</p>
          <Button look="danger" icon={Trash2} className="ml-auto" disabled={!closed} onClick={actions.remove}>
            {words.danger}
          </Button>
        </div>
      </Card>
    </div>
  );
}

function Identity({ repository }: RepositoryProps): ReactNode {
  const words = useText().panes.settings;
  const { when } = useFormats();
  const now = useNow();
  return (
    <Card title={words.identity}>
      <dl>
        <Line name={words.guid}>
          <span className="font-mono text-sm">{repository.guid}</span>
        </Line>
        <Line name={words.path}>
          <span className="font-mono text-sm">{repository.path}</span>
        </Line>
        {repository.created !== '' && (
          <Line name={words.created}>{when(Date.parse(repository.created), now)}</Line>
        )}
      </dl>
    </Card>
  );
}

/** Shows what can be changed, each with the button that asks for the change. */
function Changes(props: ChangeProps): ReactNode {
  const { repository, machine, changes } = props;
  const words = useText().manage;
  const { size } = useFormats();
  const { remembered, forget } = useRemembered(props);
  const backup = `rdc repo header backup ${repository.name} --file ${repository.name}.header -m ${machine.machine.name}`;
  const still = repository.state === 'busy' || machine.connection.state === 'offline';
  return (
    <Card title={words.changes}>
      <ul>
        <Change name={words.name} about={repository.name}>
          <Button small disabled={still} onClick={changes.rename}>
            {words.rename}
          </Button>
        </Change>
        <Change name={words.size} about={fill(words.sizeAbout, { size: size(repository.size) })}>
          <Button small disabled={still} onClick={changes.grow}>
            {words.grow}
          </Button>
        </Change>
        <Change name={words.fork} about={words.forkAbout}>
          <Button small disabled={still} onClick={changes.fork}>
            {words.forkAction}
          </Button>
        </Change>
        <Change name={words.passphrase} about={words.passphraseAbout}>
          <Button small disabled={still} onClick={changes.changePassphrase}>
            {words.passphraseAction}
          </Button>
        </Change>
        {remembered && (
          <Change name={words.remembered} about={words.rememberedHelp}>
            <Button small onClick={forget}>
              {words.forget}
            </Button>
          </Change>
        )}
        <Change name={words.header} about={words.headerHelp}>
          <CopyButton value={backup} label={words.copyCommand} />
        </Change>
      </ul>
    </Card>
  );
}

function Change({
  name,
  about,
  children,
}: {
  readonly name: string;
  readonly about: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <li className="flex min-h-[41px] items-center gap-4 border-b px-3.5 py-1.5 last:border-b-0">
      <span className="w-52 shrink-0 font-medium">{name}</span>
      <span className="min-w-0 flex-1 text-muted [overflow-wrap:anywhere]">{about}</span>
      {children}
    </li>
  );
}

/** Shows the services that are no longer in any compose file. Each keeps its address until the slot is given back. */
function KeptSlots({ repository, changes }: ChangeProps): ReactNode {
  const words = useText().manage;
  const gone = repository.services.filter(({ present }) => !present);
  if (gone.length === 0) return null;
  return (
    <Card title={words.slots} detail={gone.length}>
      <p className="border-b px-3.5 py-2.5 text-muted">{words.slotsHelp}</p>
      <ul>
        {gone.map(({ name, slot, address }) => (
          <Change key={name} name={name} about={fill(words.slot, { slot, address })}>
            <Button
              small
              aria-label={fill(words.releaseNamed, { service: name })}
              onClick={() => changes.releaseSlot({ name, slot })}
            >
              {words.release}
            </Button>
          </Change>
        ))}
      </ul>
    </Card>
  );
}
