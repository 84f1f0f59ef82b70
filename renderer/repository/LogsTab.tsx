import { ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { showPane } from '../state/dockStore.ts';
import type { PaneSpec } from '../state/dockStore.ts';
import { containerPane, operationPane } from '../state/panes.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { verdictTone } from '../status/tones.ts';
import { Card, Empty } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../ui/Table.tsx';
import type { RepositoryProps } from './props.ts';

/** Shows the logs of a repository: one for each operation, one for each service, and one with all services merged. */
export function LogsTab({ machine, repository }: RepositoryProps): ReactNode {
  const text = useText();
  const { operations: words, services } = text.panes;
  const { clock } = useFormats();
  const own = (machine.operations ?? []).filter((one) => one.repository.guid === repository.guid);
  const open = (pane: PaneSpec, name: string): ReactNode => (
    <Button key={pane.id} small icon={ScrollText} onClick={() => showPane(pane)}>
      {name}
    </Button>
  );
  return (
    <div className="flex flex-col gap-3.5">
      {repository.daemon && repository.services.length > 0 && (
        <Card title={services.title}>
          <div className="flex flex-wrap gap-2 p-3.5">
            {open(containerPane(machine.machine, repository), services.allLogs)}
            {repository.services.map(({ name }) =>
              open(containerPane(machine.machine, repository, name), name),
            )}
          </div>
        </Card>
      )}
      <Card title={words.title} detail={own.length}>
        {own.length === 0 ? (
          <Empty icon={ScrollText} title={words.none}>
            {words.noneHelp}
          </Empty>
        ) : (
          <Table label={words.title}>
            <TableHead>
              <Th>{words.verdict}</Th>
              <Th>{words.what}</Th>
              <Th>{words.who}</Th>
              <Th>{words.when}</Th>
              <Th right>
                <span className="sr-only">{words.log}</span>
              </Th>
            </TableHead>
            <tbody>
              {own.map((one) => (
                <Row key={one.id}>
                  <Td>
                    <StateMark tone={verdictTone(one.state)}>{text.app.verdicts[one.state]}</StateMark>
                  </Td>
                  <Td className="font-semibold">{text.app.verbs[one.verb]}</Td>
                  <Td className="text-muted">{one.by}</Td>
                  <Td className="tabular text-muted">{clock(one.startedAt)}</Td>
                  <Td right>
                    {open(
                      operationPane(
                        { id: one.id, machine: machine.machine, repository: repository.name },
                        text.app.verbs[one.verb],
                      ),
                      words.log,
                    )}
                  </Td>
                </Row>
              ))}
            </tbody>
          </Table>
        )}
      </Card>
    </div>
  );
}
