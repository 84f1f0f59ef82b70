import { AppError } from './errors.ts';

/** PRODUCT, "Constants and formulas". */
export const FIRST_NETWORK_ID = 2816;
export const NETWORK_ID_STEP = 64;
export const MAX_NETWORK_ID = 16_711_680;
/** Slots 0 to 60; offsets 0, 1 and 63 of the /26 are reserved. */
export const SLOT_COUNT = 61;
const FIRST_OFFSET = 2;

/** The loopback address of a slot in a repository's /26: 2816 and 0 give 127.0.11.2. Throws internal out of range. */
export function addressOf(networkId: number, slot: number): string {
  if (!isNetworkId(networkId) || !Number.isInteger(slot) || slot < 0 || slot >= SLOT_COUNT) {
    throw new AppError('internal', { reason: `no address for network ${networkId}, slot ${slot}` });
  }
  const value = networkId + slot + FIRST_OFFSET;
  return `127.${(value >> 16) & 255}.${(value >> 8) & 255}.${value & 255}`;
}

function isNetworkId(value: number): boolean {
  const inRange = value >= FIRST_NETWORK_ID && value <= MAX_NETWORK_ID;
  return Number.isInteger(value) && inRange && (value - FIRST_NETWORK_ID) % NETWORK_ID_STEP === 0;
}

/**
 * The environment variable that carries a service's address: upper case, hyphens as underscores, `_IP`. Undefined
 * when that gives no legal shell variable (a dot in the name, a leading digit).
 */
export function variableOf(service: string): string | undefined {
  const variable = `${service.toUpperCase().replaceAll('-', '_')}_IP`;
  return /^[A-Z_][A-Z0-9_]*$/.test(variable) ? variable : undefined;
}

/**
 * The network id of a new repository: the next after the highest ever given (`highest`, 0 when none was), so that a
 * freed one is not given to another soon; gaps, lowest first, only when nothing else is left. Throws
 * network-ids-exhausted.
 */
export function allocateNetworkId(used: readonly number[], highest: number): number {
  const next = Math.max(highest, ...used, FIRST_NETWORK_ID - NETWORK_ID_STEP) + NETWORK_ID_STEP;
  if (next <= MAX_NETWORK_ID) return next;
  const taken = new Set(used);
  for (let id = FIRST_NETWORK_ID; id <= MAX_NETWORK_ID; id += NETWORK_ID_STEP) {
    if (!taken.has(id)) return id;
  }
  throw new AppError('network-ids-exhausted');
}
