import { ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { wordFor } from '../../shared/newerNames.ts';
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
  const { operations: words, services } = useText().panes;
  const own = (machine.operations ?? []).filter((one) => one.repository.guid === repository.guid);
  return (
    <div className="flex flex-col gap-3.5">
      {repository.daemon && repository.services.length > 0 && (
        <Card title={services.title}>
          <div className="flex flex-wrap gap-2 p-3.5">
            <LogButton pane={containerPane(machine.machine, repository)} name={services.allLogs} />
            {repository.services.map(({ name }) => (
              <LogButton key={name} pane={containerPane(machine.machine, repository, name)} name={name} />
            ))}
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
                <LogRow key={one.id} operation={one} machine={machine.machine} repository={repository.name} />
              ))}
            </tbody>
          </Table>
        )}
      </Card>
    </div>
  );
}

/** Shows one operation of a repository, with the button that opens its log. */
function LogRow({
  operation: { id, state, verb, by, startedAt },
  machine,
  repository,
}: {
  readonly operation: OperationSummary;
  readonly machine: MachineKey;
  /** The name of the repository. */
  readonly repository: string;
}): ReactNode {
  const text = useText();
  const { clock } = useFormats();
  const pane = operationPane({ id, machine, repository }, wordFor(text.app.verbs, verb));
  return (
    <Row>
      <Td>
        <StateMark tone={verdictTone(state)}>{text.app.verdicts[state]}</StateMark>
      </Td>
      <Td className="font-semibold">{wordFor(text.app.verbs, verb)}</Td>
      <Td className="text-muted">{by}</Td>
      <Td className="tabular text-muted">{clock(startedAt)}</Td>
      <Td right>
        <LogButton pane={pane} name={text.panes.operations.log} />
      </Td>
    </Row>
  );
}

/** Shows a button that opens a log in the dock. */
function LogButton({ pane, name }: { readonly pane: PaneSpec; readonly name: string }): ReactNode {
  return (
    <Button small icon={ScrollText} onClick={() => showPane(pane)}>
      {name}
    </Button>
  );
}
