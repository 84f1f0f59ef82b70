import { FIRST_NETWORK_ID, NETWORK_ID_STEP } from './network.ts';

/** A range of IPv4 addresses as its first address, a number of 32 bits, and the length of its prefix. */
interface Range {
  first: number;
  length: number;
}

/** 127.0.0.0 as a number: network ids count from there. */
const LOOPBACK = 127 * 2 ** 24;
const LOOPBACK_SIZE = 2 ** 24;

/**
 * Returns the properties of a systemd unit whose processes reach no other repository's addresses
 * (docs/decisions/neighbours.md): those of `networkId` and of `others`, the machine's own (127.0.0.0 to 127.0.10.255)
 * and everything outside 127/8 stay open. What is allowed wins over what is denied (systemd.resource-control(5)).
 */
export function reachProperties(networkId: number, others: readonly number[]): string[] {
  const repositories = rangesOf(LOOPBACK + FIRST_NETWORK_ID, LOOPBACK + LOOPBACK_SIZE);
  return [
    `IPAddressDeny=${repositories.map(textOf).join(' ')}`,
    `IPAddressAllow=${[networkId, ...others].map(networkText).join(' ')}`,
  ];
}

/** Returns the addresses of a network id, such as 127.0.11.0/26. */
export function networkText(networkId: number): string {
  return textOf({ first: LOOPBACK + networkId, length: 32 - Math.log2(NETWORK_ID_STEP) });
}

/** Returns the fewest ranges that together hold the addresses from `first` up to, not including, `end`. */
function rangesOf(first: number, end: number): Range[] {
  const ranges: Range[] = [];
  for (let next = first; next < end;) {
    let bits = 0;
    while (next % 2 ** (bits + 1) === 0 && next + 2 ** (bits + 1) <= end) bits += 1;
    ranges.push({ first: next, length: 32 - bits });
    next += 2 ** bits;
  }
  return ranges;
}

function textOf({ first, length }: Range): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join('.')}/${length}`;
}
