import { AppError } from '../errors.ts';

/** The first network id of a machine: 127.0.11.0 (docs/decisions/names-and-network-ids.md). */
export const FIRST_NETWORK_ID = 2816;

/** The distance between network ids: each repository has a /26, 64 addresses. */
export const NETWORK_ID_STEP = 64;

/** The last network id: 127.255.0.0. */
export const MAX_NETWORK_ID = 16_711_680;

/**
 * The number of services that a repository has room for, in slots 0 to 60. The offsets 0, 1 and 63 of its /26 are
 * reserved.
 */
export const SLOT_COUNT = 61;

/** The offset of slot 0, which is the network's third address. */
const FIRST_OFFSET = 2;

/**
 * Returns the loopback address of a slot, as dotted IPv4: 2816 and slot 0 give 127.0.11.2. Throws `internal` for an
 * illegal network id and for a slot outside 0..60, as both are checked where they are read.
 */
export function addressOf(networkId: number, slot: number): string {
  if (!isNetworkId(networkId)) throw new AppError('internal', { reason: `network id ${networkId}` });
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOT_COUNT) {
    throw new AppError('internal', { reason: `slot ${slot}` });
  }
  const value = networkId + slot + FIRST_OFFSET;
  return `127.${(value >> 16) & 255}.${(value >> 8) & 255}.${value & 255}`;
}

/**
 * Returns the offset of an address in the /26 of a network id, 0 to 63; undefined for other addresses, and for text
 * that is no dotted IPv4.
 */
export function offsetOf(networkId: number, address: string): number | undefined {
  const [first, ...rest] = address.split('.').map(Number);
  if (first !== 127 || rest.length !== 3) return undefined;
  const offset = rest.reduce((value, part) => value * 256 + part, 0) - networkId;
  return offset >= 0 && offset < NETWORK_ID_STEP ? offset : undefined;
}

/** Returns true for an id that a repository may have: from the first to the last, in steps. */
export function isNetworkId(id: number): boolean {
  return (
    Number.isInteger(id) &&
    id >= FIRST_NETWORK_ID &&
    id <= MAX_NETWORK_ID &&
    (id - FIRST_NETWORK_ID) % NETWORK_ID_STEP === 0
  );
}

/**
 * Returns the environment variable with a service's address: `listmonk-app` gives LISTMONK_APP_IP. Undefined when that
 * would be no legal name in a shell (a dot, a leading digit).
 */
export function variableOf(service: string): string | undefined {
  if (!/^[A-Za-z_-][A-Za-z0-9_-]*$/.test(service)) return undefined;
  return `${service.toUpperCase().replaceAll('-', '_')}_IP`;
}

/**
 * Returns the network id for a new repository: the next after the highest that was ever given, so that a deleted
 * repository's addresses are not soon given to another. Gaps are used only when nothing else is left, the lowest first.
 * `used`: the ids of the machine's repositories; `highest`: the highest id ever given, 0 when there was none. Throws
 * network-ids-exhausted.
 */
export function allocateNetworkId(used: readonly number[], highest: number): number {
  const last = used.reduce((most, id) => Math.max(most, id), highest);
  const next = last < FIRST_NETWORK_ID ? FIRST_NETWORK_ID : last + NETWORK_ID_STEP;
  if (next <= MAX_NETWORK_ID) return next;
  const taken = new Set(used);
  for (let id = FIRST_NETWORK_ID; id <= MAX_NETWORK_ID; id += NETWORK_ID_STEP) {
    if (!taken.has(id)) return id;
  }
  throw new AppError('network-ids-exhausted');
}
