import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import type { Repository, Service } from '../../shared/model.ts';
import { SLOT_COUNT } from '../../shared/network/network.ts';
import { useText } from '../i18n/useText.ts';
import { Badge, Card } from '../ui/Blocks.tsx';
import { classes } from '../ui/classes.ts';
import { StateMark } from '../ui/StateMark.tsx';
import { serviceState } from '../status/serviceState.ts';
import { slotMap } from './slotMap.ts';
import type { AddressState, AddressView } from './slotMap.ts';
import { serviceTone } from '../status/tones.ts';

const LOOKS: Readonly<Record<AddressState, string>> = {
  reserved: 'border-dashed border-line-strong bg-hover text-faint',
  free: 'border-line text-faint',
  listening: 'border-ok bg-ok-soft text-ok',
  silent: 'border-warn bg-warn-soft text-warn',
  vanished: 'border-dashed border-idle text-idle',
  drifted: 'border-fail bg-fail-soft text-fail',
};
const LEGEND: readonly AddressState[] = ['listening', 'silent', 'drifted', 'vanished', 'reserved'];

/** Shows the 64 addresses of a repository, and the services that have one. */
export function AddressCard({ repository }: { readonly repository: Repository }): ReactNode {
  const { addresses } = useText().panes;
  const { networkId, services } = repository;
  return (
    <Card
      title={addresses.title}
      detail={`127.${(networkId >> 16) & 255}.${(networkId >> 8) & 255}.${networkId & 255}/26`}
      actions={<Badge>{fill(addresses.count, { used: services.length, total: SLOT_COUNT })}</Badge>}
    >
      <ul
        aria-label={addresses.title}
        className="grid grid-cols-[repeat(16,minmax(0,1fr))] gap-1 p-3.5 pb-2.5"
      >
        {slotMap(repository).map((one) => (
          <Address key={one.offset} address={one} />
        ))}
      </ul>
      <ul aria-hidden className="flex flex-wrap gap-x-4 gap-y-1 px-3.5 pb-2.5 text-xs text-muted">
        {LEGEND.map((state) => (
          <li key={state} className="flex items-center gap-1.5">
            <span className={classes('size-2.5 rounded-sm border', LOOKS[state])} />
            {addresses.states[state]}
          </li>
        ))}
      </ul>
      <ServiceLines services={services} />
    </Card>
  );
}

function Address({ address: { offset, state, service } }: { readonly address: AddressView }): ReactNode {
  const { addresses } = useText().panes;
  const label = fill(addresses.label, { offset, state: addresses.states[state] });
  const title = service === undefined ? label : `${service.name} · ${service.address} · ${label}`;
  return (
    <li
      title={title}
      aria-label={title}
      className={classes(
        'grid aspect-square max-h-[28px] w-full place-items-center rounded border font-mono text-[9.5px]',
        LOOKS[state],
      )}
    >
      {offset}
    </li>
  );
}

function ServiceLines({ services }: { readonly services: readonly Service[] }): ReactNode {
  const { serviceStates } = useText().panes;
  return (
    <ul>
      {services.map((service) => {
        const state = serviceState(service);
        return (
          <li
            key={service.name}
            className="grid h-[37px] grid-cols-[1.2fr_1fr_1.2fr_1.1fr] items-center gap-2 border-t px-3.5"
          >
            <span className="truncate font-semibold">{service.name}</span>
            <span className="truncate font-mono text-sm">{service.address}</span>
            <span className="truncate font-mono text-sm text-muted">{service.variable}</span>
            <StateMark tone={serviceTone(state)}>{serviceStates[state]}</StateMark>
          </li>
        );
      })}
    </ul>
  );
}
