import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { LogSource } from '../../shared/api/api.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { splitPane } from '../state/dockStore.ts';
import { functionPane } from '../state/panes.ts';
import { useText } from '../i18n/useText.ts';
import { AddressCard } from '../lifecycle/AddressCard.tsx';
import { LifecycleCard } from '../lifecycle/LifecycleCard.tsx';
import { operationView } from '../status/steps.ts';
import type { LogSession } from '../logs/logSession.ts';
import { useLog } from '../logs/useLog.ts';
import { useSession } from '../logs/useSession.ts';
import { NeighboursCard } from './NeighboursCard.tsx';
import type { RepositoryProps } from './props.ts';

/** Shows the running or last operation as a picture, beside the addresses. */
export function LifecycleTab(props: RepositoryProps): ReactNode {
  const { machine, repository, sessions } = props;
  const shown = operationOf(props)?.id;
  const { context, name } = machine.machine;
  const source = useMemo(
    (): LogSource | undefined =>
      shown === undefined ? undefined : { kind: 'operation', machine: { context, name }, operation: shown },
    [context, name, shown],
  );
  const session = useLog(sessions, source);
  return (
    <div className="grid items-start gap-3.5 min-[1180px]:grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)]">
      {session === undefined ? (
        <LifecycleCard view={{ steps: [] }} onOpenLog={() => undefined} />
      ) : (
        <Picture key={shown} session={session} />
      )}
      <div className="flex min-w-0 flex-col gap-3.5">
        <AddressCard repository={repository} />
        <NeighboursCard {...props} />
      </div>
    </div>
  );
}

function Picture({ session }: { readonly session: LogSession }): ReactNode {
  const words = useText().panes.lifecycle;
  const { events, status } = useSession(session);
  const { source } = session;
  const view = operationView(events, status.kind === 'ended' || status.kind === 'lost');
  return (
    <LifecycleCard
      view={view}
      onOpenLog={({ file, folder }, name) => {
        if (source.kind !== 'operation') return;
        const step = { file, function: name };
        splitPane(functionPane(source.machine, source.operation, step, folder === '' ? words.root : folder));
      }}
    />
  );
}

/** Returns the newest Up or Down of a repository: the one that runs now, else the last one. */
function operationOf({ machine, repository }: RepositoryProps): OperationSummary | undefined {
  const own = [repository.operation, repository.lastOperation, ...(machine.operations ?? [])];
  return own.find(
    (one) => one?.repository.guid === repository.guid && (one.verb === 'up' || one.verb === 'down'),
  );
}
