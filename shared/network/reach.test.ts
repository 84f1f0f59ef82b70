import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST_NETWORK_ID, MAX_NETWORK_ID, NETWORK_ID_STEP } from './network.ts';
import { networkText, reachProperties } from './reach.ts';

const networkId = fc
  .integer({ min: 0, max: (MAX_NETWORK_ID - FIRST_NETWORK_ID) / NETWORK_ID_STEP })
  .map((index) => FIRST_NETWORK_ID + index * NETWORK_ID_STEP);

/** Reads an address or a range as systemd does. Returns its first address as a number, and how many it holds. */
function read(text: string): { first: number; size: number } {
  const [address = '', length = '32'] = text.split('/');
  const first = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  // systemd masks a range whose first address has bits behind its prefix; ours has none.
  expect(first % size).toBe(0);
  return { first, size };
}

/** Returns what a unit with these properties may reach, by systemd's own rule: allow, then deny, then allowed. */
function judge(properties: readonly string[]): (address: number) => boolean {
  const ranges = (name: string): { first: number; size: number }[] =>
    properties
      .filter((property) => property.startsWith(`${name}=`))
      .flatMap((property) => property.slice(name.length + 1).split(' '))
      .map(read);
  const [allowed, denied] = [ranges('IPAddressAllow'), ranges('IPAddressDeny')];
  const among = (address: number, list: typeof allowed): boolean =>
    list.some(({ first, size }) => address >= first && address < first + size);
  return (address) => among(address, allowed) || !among(address, denied);
}

const LOOPBACK = 127 * 2 ** 24;
const of = (address: string): number => read(address).first;

describe('the reach of a repository', () => {
  it('has every address of 127/8 on the right side', () => {
    fc.assert(
      fc.property(
        networkId,
        fc.array(networkId, { maxLength: 3 }),
        fc.oneof(
          networkId.chain((id) => fc.integer({ min: id - 1, max: id + 64 })),
          fc.integer({ min: 0, max: 2 ** 24 - 1 }),
        ),
        (own, others, offset) => {
          const reached = judge(reachProperties(own, others))(LOOPBACK + offset);
          const open = [own, ...others].some((id) => offset >= id && offset < id + NETWORK_ID_STEP);
          expect(reached).toBe(offset < FIRST_NETWORK_ID || open);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['127.0.0.1', true],
    ['127.0.0.53', true],
    ['127.0.10.255', true],
    ['127.0.11.0', true],
    ['127.0.11.63', true],
    ['127.0.11.64', false],
    ['127.0.11.128', true],
    ['127.0.12.0', false],
    ['127.255.255.253', false],
    ['127.255.255.255', false],
    ['126.255.255.255', true],
    ['128.0.0.0', true],
    ['10.0.11.64', true],
  ])('%s: %s, for 2816 with 2944', (address, reached) => {
    expect(judge(reachProperties(2816, [2944]))(of(address))).toBe(reached);
  });

  it('is written in few ranges', () => {
    expect(reachProperties(2816, [])).toEqual([
      'IPAddressDeny=127.0.11.0/24 127.0.12.0/22 127.0.16.0/20 127.0.32.0/19 127.0.64.0/18 127.0.128.0/17 ' +
        '127.1.0.0/16 127.2.0.0/15 127.4.0.0/14 127.8.0.0/13 127.16.0.0/12 127.32.0.0/11 127.64.0.0/10 127.128.0.0/9',
      'IPAddressAllow=127.0.11.0/26',
    ]);
    expect(networkText(2880)).toBe('127.0.11.64/26');
  });
});
