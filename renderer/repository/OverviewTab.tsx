import { Box, Lock, ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { containerText } from '../../shared/text/containerText.ts';
import { fill } from '../../shared/errors.ts';
import type { Service } from '../../shared/model.ts';
import { showPane } from '../state/dockStore.ts';
import { containerPane } from '../state/panes.ts';
import { useText } from '../i18n/useText.ts';
import { serviceState } from '../status/serviceState.ts';
import { serviceTone } from '../status/tones.ts';
import { Card, Empty } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../ui/Table.tsx';
import type { RepositoryProps } from './props.ts';

/** Shows the services of a repository: slot, address, variable, what listens there, the containers and their state. */
export function OverviewTab({ machine, repository }: RepositoryProps): ReactNode {
  const { services: words } = useText().panes;
  const { services, mounted } = repository;
  if (services.length === 0) {
    return (
      <Card>
        <Empty icon={mounted ? Box : Lock} title={mounted ? words.none : words.closed}>
          {mounted ? words.noneHelp : words.closedHelp}
        </Empty>
      </Card>
    );
  }
  return (
    <Card title={words.title} detail={services.length}>
      <Table label={words.title}>
        <TableHead>
          <Th>{words.state}</Th>
          <Th>{words.service}</Th>
          <Th right>{words.slot}</Th>
          <Th>{words.address}</Th>
          <Th>{words.variable}</Th>
          <Th>{words.listening}</Th>
          <Th>{words.containers}</Th>
          <Th right>
            <span className="sr-only">{words.log}</span>
          </Th>
        </TableHead>
        <tbody>
          {services.map((service) => (
            <ServiceRow key={service.name} machine={machine} repository={repository} service={service} />
          ))}
        </tbody>
      </Table>
    </Card>
  );
}

/** Shows one service, with the button that opens the log of its containers. */
function ServiceRow({
  machine,
  repository,
  service,
}: Pick<RepositoryProps, 'machine' | 'repository'> & { readonly service: Service }): ReactNode {
  const text = useText();
  const { services: words, serviceStates } = text.panes;
  const { name, slot, address, variable, listening, containers } = service;
  const state = serviceState(service);
  return (
    <Row dim={machine.connection.state === 'offline'}>
      <Td>
        <StateMark tone={serviceTone(state)}>{serviceStates[state]}</StateMark>
      </Td>
      <Td className="font-semibold">{name}</Td>
      <Td right>{slot}</Td>
      <Td className="font-mono text-sm">{address}</Td>
      <Td className="font-mono text-sm text-muted">{variable}</Td>
      <Td className="font-mono text-sm">{listening?.join(' ')}</Td>
      <Td className="text-muted">{containers.map((one) => containerText(one, text)).join(', ')}</Td>
      <Td right>
        <Button
          look="quiet"
          small
          icon={ScrollText}
          aria-label={fill(words.logOf, { name })}
          disabled={containers.length === 0}
          onClick={() => showPane(containerPane(machine.machine, repository, name))}
        >
          {words.log}
        </Button>
      </Td>
    </Row>
  );
}
