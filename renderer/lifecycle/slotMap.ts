import type { Container, Service } from '../../shared/model.ts';
import { NETWORK_ID_STEP, SLOT_COUNT } from '../../shared/network.ts';

/**
 * What stands at one of the 64 addresses. `listening` and `silent` are told by the service's containers: a service
 * without its own running container has nothing that could listen. `vanished`: kept for a service that is in no compose
 * file any more.
 */
export type AddressState = 'reserved' | 'free' | 'listening' | 'silent' | 'vanished';

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
export function slotMap(services: readonly Service[]): AddressView[] {
  return Array.from({ length: NETWORK_ID_STEP }, (_, offset): AddressView => {
    const slot = offset - FIRST_OFFSET;
    if (slot < 0 || slot >= SLOT_COUNT) return { offset, state: 'reserved' };
    const service = services.find((one) => one.slot === slot);
    if (service === undefined) return { offset, state: 'free' };
    return { offset, state: addressState(service), service };
  });
}

function addressState({ present, containers }: Service): AddressState {
  if (!present) return 'vanished';
  return containers.some(isUp) ? 'listening' : 'silent';
}

function isUp({ state, health }: Container): boolean {
  return state === 'running' && health !== 'unhealthy';
}
