import { Container } from 'lucide-react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { showPane } from '../state/dockStore.ts';
import { containerPane } from '../state/panes.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../ui/Table.tsx';
import { useNow } from '../ui/useNow.ts';
import { isFresh } from '../status/condition.ts';
import { containerLines, daemonCount, nameOf } from './containerLines.ts';
import type { ContainerLine } from './containerLines.ts';

const WIDE = 'hidden @min-[680px]:table-cell';

/** Shows the containers of all daemons of a machine, those in trouble first. */
export function ContainersCard({ machine }: { readonly machine: MachineState }): ReactNode {
  const text = useText();
  const words = text.machines.containers;
  const { plural, number } = useFormats();
  const { containers, repositories = [] } = machine;
  const fresh = isFresh(machine);
  const lines = useMemo(
    () => containerLines(containers ?? [], repositories, fresh),
    [containers, repositories, fresh],
  );
  if (containers === undefined) {
    return (
      <Card title={words.title}>
        <SkeletonRows rows={3} label={text.app.loading} />
      </Card>
    );
  }
  if (containers.length === 0) {
    return (
      <Card title={words.title}>
        <Empty icon={Container} title={words.none}>
          {words.noneHelp}
        </Empty>
      </Card>
    );
  }
  const daemons = daemonCount(containers);
  return (
    <Card
      title={words.title}
      detail={fill(words.over[plural(daemons)], {
        count: number(containers.length),
        daemons: number(daemons),
      })}
      className="@container shrink-0"
    >
      <Table label={words.title}>
        <TableHead>
          <Th>{words.state}</Th>
          <Th>{words.service}</Th>
          <Th>{words.repository}</Th>
          <Th className={WIDE}>{words.address}</Th>
          <Th right>{words.cpu}</Th>
          <Th right>{words.memory}</Th>
          <Th right>{words.restarts}</Th>
          <Th className={WIDE}>{words.since}</Th>
        </TableHead>
        <tbody>
          {lines.map((line) => (
            <ContainerRow key={line.container.id} line={line} machine={machine.machine} fresh={fresh} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

function ContainerRow({
  line,
  machine: { context, name: machineName },
  fresh,
}: {
  readonly line: ContainerLine;
  readonly machine: MachineKey;
  readonly fresh: boolean;
}): ReactNode {
  const words = useText().machines.containers;
  const { age, size, number } = useFormats();
  const now = useNow();
  const { container, tone } = line;
  const { repository, service, address, cpu, memory, restarts, startedAt } = container;
  const name = nameOf(container);
  const open = (): void => showPane(containerPane({ context, name: machineName }, repository, service));
  return (
    <Row dim={!fresh} onClick={open}>
      <Td className="max-w-40">
        <StateMark tone={tone}>{useStateWord(line)}</StateMark>
      </Td>
      <Td className="max-w-48">
        {/* A click on the button reaches the row, which opens the log. */}
        <button
          type="button"
          aria-label={fill(words.logOf, { name: `${repository.name} ${name}` })}
          className="block max-w-full truncate font-semibold hover:underline"
        >
          {name}
        </button>
      </Td>
      <Td className="max-w-40 truncate text-muted">{repository.name}</Td>
      <Td className={`${WIDE} font-mono text-sm text-muted`}>{address ?? '–'}</Td>
      <Td right>{cpu === undefined ? '–' : `${number(cpu * 100, cpu < 0.1 ? 1 : 0)}\u00a0%`}</Td>
      <Td right>{memory === undefined ? '–' : size(memory)}</Td>
      <Td right className={restarts === 0 ? 'text-muted' : tone === 'fail' ? 'text-fail' : 'text-warn'}>
        {number(restarts)}
      </Td>
      <Td className={`${WIDE} whitespace-nowrap text-muted`}>
        {startedAt === undefined ? '–' : age(Math.max(0, now - startedAt))}
      </Td>
    </Row>
  );
}

/** Returns the word for a container's state. For a container that ended with an error, the word has its exit code. */
function useStateWord({ state, container }: ContainerLine): string {
  const text = useText();
  const words = text.app.containers;
  switch (state) {
    case 'exited':
      return container.state === 'dead'
        ? words.dead
        : fill(words.exited, { code: container.exitCode ?? '?' });
    case 'crash-loop':
      return fill(words.crashLoop, { code: container.crashLoop?.exitCode ?? '?' });
    case 'gone':
    case 'left':
    case 'unknown':
      return text.panes.serviceStates[state];
    case 'healthy':
    case 'running':
    case 'starting':
    case 'unhealthy':
    case 'restarting':
    case 'paused':
    case 'stopped':
      return words[state];
  }
}
