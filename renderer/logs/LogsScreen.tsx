import { Columns2, ScrollText, Search } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { repositoryTone } from '../../shared/tone.ts';
import { showPane, splitPane, useDock } from '../state/dockStore.ts';
import { containerPane } from '../state/panes.ts';
import { useText } from '../i18n/useText.ts';
import { shownState } from '../status/condition.ts';
import { useAppState } from '../state/appState.ts';
import { Card, Empty } from '../ui/Blocks.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../ui/Table.tsx';

/** Shows the containers' logs of all machines, by repository; a log that is opened appears in the dock. */
export function LogsScreen(): ReactNode {
  const text = useText();
  const words = text.frame.logScreen;
  const machines = useAppState((state) => state.machines);
  const [filter, setFilter] = useState('');
  const listed = machines
    .map((machine) => ({ machine, repositories: withLogs(machine, filter) }))
    .filter(({ repositories }) => repositories.length > 0);
  const any = machines.some((machine) => withLogs(machine, '').length > 0);
  return (
    <div className="flex flex-col gap-3.5">
      <ScreenHead title={words.title} about={words.about}>
        <SearchField label={words.filter} value={filter} onChange={setFilter} />
      </ScreenHead>
      {listed.map(({ machine, repositories }) => (
        <MachineLogs key={keyOf(machine.machine)} machine={machine} repositories={repositories} />
      ))}
      {listed.length === 0 && (
        <Card>
          {any ? (
            <Empty
              icon={Search}
              title={text.panes.operations.noneFound}
              action={<Button onClick={() => setFilter('')}>{text.panes.operations.clear}</Button>}
            />
          ) : (
            <Empty icon={ScrollText} title={words.none}>
              {words.noneHelp}
            </Empty>
          )}
        </Card>
      )}
    </div>
  );
}

/** Returns the repositories whose containers can have written something, and that the filter matches. */
function withLogs({ machine, repositories = [] }: MachineState, filter: string): readonly Repository[] {
  const wanted = filter.trim().toLowerCase();
  return repositories.filter(
    ({ daemon, name, services }) =>
      daemon &&
      [machine.name, name, ...services.map((one) => one.name)].some((word) => word.includes(wanted)),
  );
}

function MachineLogs({
  machine,
  repositories,
}: {
  readonly machine: MachineState;
  readonly repositories: readonly Repository[];
}): ReactNode {
  const words = useText().frame.logScreen;
  const { name } = machine.machine;
  return (
    <Card title={name} detail={repositories.length}>
      <Table label={name}>
        <TableHead>
          <Th className="w-[18%]">{words.state}</Th>
          <Th className="w-[18%]">{words.repository}</Th>
          <Th>{words.services}</Th>
        </TableHead>
        <tbody>
          {repositories.map((repository) => (
            <RepositoryLogs key={repository.guid} machine={machine} repository={repository} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function RepositoryLogs({
  machine,
  repository,
}: {
  readonly machine: MachineState;
  readonly repository: Repository;
}): ReactNode {
  const text = useText();
  const words = text.frame.logScreen;
  const split = useDock(({ tabs }) => tabs.length > 0);
  const state = shownState(machine, repository);
  const { context, name } = machine.machine;
  const pane = (service?: string): ReturnType<typeof containerPane> =>
    containerPane({ context, name }, repository, service);
  return (
    <Row dim={state === 'unknown'}>
      <Td>
        <StateMark tone={repositoryTone(state)}>{text.app.states[state]}</StateMark>
      </Td>
      <Td className="font-semibold">{repository.name}</Td>
      <Td className="py-1">
        <div className="flex flex-wrap gap-1.5">
          {[undefined, ...repository.services.map((one) => one.name)].map((service) => {
            const shown = pane(service);
            return (
              <span key={shown.id} className="inline-flex items-center">
                <Button
                  small
                  look={service === undefined ? 'plain' : 'quiet'}
                  aria-label={fill(words.open, { name: shown.title })}
                  onClick={() => showPane(shown)}
                >
                  {service ?? words.all}
                </Button>
                {split && (
                  <IconButton
                    icon={Columns2}
                    label={fill(words.beside, { name: shown.title })}
                    className="size-[24px]"
                    onClick={() => splitPane(shown)}
                  />
                )}
              </span>
            );
          })}
        </div>
      </Td>
    </Row>
  );
}
