import type { Container, Repository, Service } from '../../shared/model.ts';
import { NETWORK_ID_STEP, offsetOf, SLOT_COUNT } from '../../shared/network.ts';

/**
 * What stands at one of the 64 addresses. `silent`: assigned, and nothing listens there; where the machine did not look,
 * the service's containers tell. `vanished`: kept for a service that is in no compose file any more. `drifted`: something
 * listens there that is no service, or the service listens elsewhere.
 */
export type AddressState = 'reserved' | 'free' | 'listening' | 'silent' | 'vanished' | 'drifted';

/** One address of the repository's /26. */
export interface AddressView {
  /** 0 to 63. */
  readonly offset: number;
  readonly state: AddressState;
  readonly service?: Service;
}

/** The offset of slot 0; before it the network's own two, after the last slot the broadcast address. */
const FIRST_OFFSET = 2;

/** The 64 addresses of a repository. */
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

function isUp({ state, health }: Container): boolean {
  return state === 'running' && health !== 'unhealthy';
}
