import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { useText } from '../i18n/useText.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { Table, TableHead, Th } from '../ui/Table.tsx';
import { OperationRow } from './OperationRow.tsx';

/** Shows operations as a table, one row each. */
export function OperationTable({
  operations,
  label,
  api,
  sessions,
  onRepository,
  onFailed,
}: {
  readonly operations: readonly OperationEntry[];
  readonly label: string;
  readonly api: ApiClient;
  readonly sessions: LogSessions;
  readonly onRepository: (operation: OperationEntry) => void;
  readonly onFailed: (error: unknown) => void;
}): ReactNode {
  const words = useText().panes.operations;
  return (
    <Table label={label}>
      <TableHead>
        <Th className="w-[20%]">{words.verdict}</Th>
        <Th className="w-[10%]">{words.what}</Th>
        <Th className="w-[20%]">{words.repository}</Th>
        <Th className="w-[12%]">{words.machine}</Th>
        <Th className="w-[14%]">{words.who}</Th>
        <Th>{words.when}</Th>
        <Th right>{words.took}</Th>
        <Th right>
          <span className="sr-only">{words.log}</span>
        </Th>
      </TableHead>
      <tbody>
        {operations.map((operation) => (
          <OperationRow
            key={operation.id}
            operation={operation}
            api={api}
            sessions={sessions}
            onRepository={onRepository}
            onFailed={onFailed}
          />
        ))}
      </tbody>
    </Table>
  );
}
