import { Boxes, Plus, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { Badge, Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { Table, TableHead, Th } from '../ui/Table.tsx';
import { countTrouble, isFresh } from '../status/condition.ts';
import { RepositoryRow, WIDE, WIDER } from './RepositoryRow.tsx';

/** Shows the repositories of a machine, each with the action that fits. */
export function RepositoriesCard({
  machine,
  onCreate,
  ...props
}: ScreenProps & { readonly machine: MachineState; readonly onCreate: () => void }): ReactNode {
  const text = useText();
  const words = text.machines.repositories;
  const { repositories } = machine;
  if (repositories === undefined) {
    return (
      <Card title={words.title}>
        <SkeletonRows rows={4} label={text.app.loading} />
      </Card>
    );
  }
  if (repositories.length === 0) {
    const create = (
      <Button look="primary" icon={Plus} disabled={!isFresh(machine)} onClick={onCreate}>
        {text.machines.head.newRepository}
      </Button>
    );
    return (
      <Card title={words.title}>
        <Empty icon={Boxes} title={words.none} action={create}>
          {words.noneHelp}
        </Empty>
      </Card>
    );
  }
  return (
    <Card
      title={words.title}
      detail={repositories.length}
      actions={<TroubleBadges machine={machine} />}
      className="@container shrink-0"
    >
      <Table label={words.title}>
        <TableHead>
          <Th>{words.state}</Th>
          <Th>{words.name}</Th>
          <Th>{words.used}</Th>
          <Th right>{words.services}</Th>
          <Th className={WIDER}>{words.network}</Th>
          <Th>{words.autostart}</Th>
          <Th className={WIDE}>{words.last}</Th>
          <Th right>
            <span className="sr-only">{words.action}</span>
          </Th>
        </TableHead>
        <tbody>
          {repositories.map((repository) => (
            <RepositoryRow key={repository.guid} {...props} machine={machine} repository={repository} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function TroubleBadges({ machine }: { readonly machine: MachineState }): ReactNode {
  const words = useText().machines.counts;
  const { number } = useFormats();
  if (!isFresh(machine)) return null;
  const trouble = countTrouble(machine.repositories ?? []);
  return (['failed', 'degraded'] as const)
    .filter((kind) => trouble[kind] > 0)
    .map((kind) => (
      <Badge key={kind} icon={TriangleAlert}>
        {fill(words[kind], { count: number(trouble[kind]) })}
      </Badge>
    ));
}
