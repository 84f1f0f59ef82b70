import { ServerOff } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { BulkApiRequest, MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { fill, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { BulkBanner } from '../bulk/BulkBanner.tsx';
import { showBulk } from '../bulk/showBulk.tsx';
import { showRemoveMachine } from '../contexts/contextDialogs.tsx';
import { useText } from '../i18n/useText.ts';
import { CreateRepositoryDialog } from '../repository/create/CreateRepositoryDialog.tsx';
import { useAppState, useMachine } from '../state/appState.ts';
import { Notices } from '../repository/Notices.tsx';
import { showDialog } from '../state/dialogs.ts';
import { goTo } from '../state/navigation.ts';
import type { MachinePart } from '../state/navigation.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Tabs } from '../ui/Popups.tsx';
import { isFresh, machineCondition } from '../status/condition.ts';
import { ContainersCard } from './ContainersCard.tsx';
import { FigureCards } from './FigureCards.tsx';
import { MachineHead } from './MachineHead.tsx';
import { OfflineNotice } from './OfflineNotice.tsx';
import { RepositoriesCard } from './RepositoriesCard.tsx';
import { SetupCard } from './SetupCard.tsx';
import { TimelineTab } from './TimelineTab.tsx';

/** Shows everything about one machine: its condition, its repositories and its containers. */
export function MachineScreen({
  machine: key,
  part = 'overview',
  ...props
}: ScreenProps & {
  readonly machine: MachineKey;
  readonly part?: MachinePart | undefined;
}): ReactNode {
  const text = useText();
  const machine = useMachine(key);
  const known = useAppState(({ link }) => link === 'open');
  if (machine !== undefined) return <Dashboard {...props} machine={machine} part={part} />;
  return (
    <Card>
      {known ? (
        <Empty
          icon={ServerOff}
          title={text.frame.gone.machine}
          action={<Button onClick={() => goTo({ screen: 'machines' })}>{text.frame.gone.back}</Button>}
        />
      ) : (
        <SkeletonRows rows={6} label={text.app.loading} />
      )}
    </Card>
  );
}

function Dashboard({
  api,
  sessions,
  machine,
  part,
}: ScreenProps & { readonly machine: MachineState; readonly part: MachinePart }): ReactNode {
  const [error, setError] = useState<WireError>();
  const { context, name } = machine.machine;
  const key = { context, name };
  const condition = machineCondition(machine);
  const unprepared = condition === 'not-set-up' || condition === 'setting-up';
  const heard = machine.repositories !== undefined;
  const away = !isFresh(machine) && (heard || condition !== 'connecting');
  const reconnect = (): void => {
    setError(undefined);
    api.call('machine.reconnect', { machine: key }).catch((reason: unknown) => setError(toWire(reason)));
  };
  const create = (): void =>
    void showDialog((close) => (
      <CreateRepositoryDialog api={api} sessions={sessions} machine={key} onClose={close} />
    ));
  return (
    <div className="flex flex-col gap-3.5">
      <MachineHead
        machine={machine}
        onBulk={(verb: BulkApiRequest['verb']) => showBulk(api, verb, [key])}
        onCreate={create}
        onRemove={() => showRemoveMachine(api, key)}
      />
      {error !== undefined && <ErrorBlock error={error} />}
      {unprepared && <SetupCard api={api} machine={machine} />}
      {away && !unprepared && <OfflineNotice machine={machine} onReconnect={reconnect} />}
      <BulkBanner api={api} machines={[key]} />
      {(heard || condition === 'connecting') && (
        <Parts {...{ api, sessions, machine, part }} onCreate={create} />
      )}
    </div>
  );
}

/** Shows the parts of the page, one at a time. Which one it is belongs to the place, so that Back leads to the one before. */
function Parts({
  api,
  sessions,
  machine,
  part,
  onCreate,
}: ScreenProps & {
  readonly machine: MachineState;
  readonly part: MachinePart;
  readonly onCreate: () => void;
}): ReactNode {
  const words = useText().machines.parts;
  const { context, name } = machine.machine;
  const parts: readonly MachinePart[] = ['overview', 'timeline'];
  return (
    <Tabs
      label={fill(words.label, { name })}
      value={part}
      tabs={parts.map((value) => ({ value, label: words[value] }))}
      onChange={(next) => goTo({ screen: 'machine', machine: { context, name }, part: next })}
    >
      {part === 'overview' ? (
        <div className="flex flex-col gap-3.5">
          {isFresh(machine) && <Notices notices={machine.info?.notices ?? []} />}
          <FigureCards machine={machine} />
          <RepositoriesCard api={api} sessions={sessions} machine={machine} onCreate={onCreate} />
          {machine.repositories?.length !== 0 && <ContainersCard machine={machine} />}
        </div>
      ) : (
        <TimelineTab api={api} machine={machine} />
      )}
    </Tabs>
  );
}
