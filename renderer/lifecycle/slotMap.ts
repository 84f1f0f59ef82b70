import type { Container, Repository, Service } from '../../shared/model.ts';
import { NETWORK_ID_STEP, offsetOf, SLOT_COUNT } from '../../shared/network/network.ts';

/**
 * The state of one of the 64 addresses. `silent`: assigned, and nothing listens there; where the machine did not look,
 * the state of the service's containers decides. `vanished`: kept for a service that is no longer in any compose file.
 * `drifted`: a process that belongs to no service listens there, or the service listens elsewhere.
 */
export type AddressState = 'reserved' | 'free' | 'listening' | 'silent' | 'vanished' | 'drifted';

/** One address of the repository's /26. */
export interface AddressView {
  /** The place in the network, from 0 to 63. */
  readonly offset: number;
  readonly state: AddressState;
  readonly service?: Service;
}

/**
 * The offset of slot 0. The two addresses before it belong to the network itself; the one after the last slot is the
 * broadcast address.
 */
const FIRST_OFFSET = 2;

/** Returns the 64 addresses of a repository, in their order. */
export function slotMap(repository: Pick<Repository, 'networkId' | 'services' | 'notices'>): AddressView[] {
  const { networkId, services, notices } = repository;
  const drifted = new Set(
    notices
      .filter(({ code }) => code === 'listener-without-service' || code === 'listens-elsewhere')
      .map(({ details }) => offsetOf(networkId, String(details['address']))),
  );
  return Array.from({ length: NETWORK_ID_STEP }, (_, offset): AddressView => {
    const slot = offset - FIRST_OFFSET;
    const service = services.find((one) => one.slot === slot);
    const own = service === undefined ? {} : { service };
    if (drifted.has(offset)) return { offset, state: 'drifted', ...own };
    if (slot < 0 || slot >= SLOT_COUNT) return { offset, state: 'reserved' };
    return { offset, state: service === undefined ? 'free' : addressState(service), ...own };
  });
}

function addressState({ present, containers, listening }: Service): AddressState {
  if (!present) return 'vanished';
  const isHeard = listening === undefined ? containers.some(isUp) : listening.length > 0;
  return isHeard ? 'listening' : 'silent';
}

function isUp({ state, health, crashLoop }: Container): boolean {
  return state === 'running' && health !== 'unhealthy' && crashLoop === undefined;
}
