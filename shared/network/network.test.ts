import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  allocateNetworkId,
  FIRST_NETWORK_ID,
  MAX_NETWORK_ID,
  NETWORK_ID_STEP,
  offsetOf,
  SLOT_COUNT,
  variableOf,
} from './network.ts';

const lastIndex = (MAX_NETWORK_ID - FIRST_NETWORK_ID) / NETWORK_ID_STEP;
const idAt = (index: number): number => FIRST_NETWORK_ID + index * NETWORK_ID_STEP;
const networkId = fc.integer({ min: 0, max: lastIndex }).map(idAt);
const slot = fc.integer({ min: 0, max: SLOT_COUNT - 1 });

/** Returns the last 24 bits of an address in 127.0.0.0/8 as a number. */
function valueOf(address: string): number {
  const [first, ...rest] = address.split('.').map(Number);
  expect([first, rest.length, rest.every((octet) => octet >= 0 && octet <= 255)]).toEqual([127, 3, true]);
  return rest.reduce((value, octet) => value * 256 + octet, 0);
}

describe('offsetOf', () => {
  it.each([
    ['127.0.11.0', 0],
    ['127.0.11.2', 2],
    ['127.0.11.63', 63],
    ['127.0.11.64', undefined],
    ['127.0.10.255', undefined],
    ['10.0.11.2', undefined],
    ['::1', undefined],
    ['127.0.11', undefined],
  ])('%s is at %s', (address, offset) => {
    expect(offsetOf(2816, address)).toBe(offset);
  });
});

describe('addressOf', () => {
  it.each([
    [2816, 0, '127.0.11.2'],
    [2816, 1, '127.0.11.3'],
    [2816, 2, '127.0.11.4'],
    [2816, 60, '127.0.11.62'],
    [2880, 0, '127.0.11.66'],
    [6336, 1, '127.0.24.195'],
    [65_536, 0, '127.1.0.2'],
    [16_711_680, 60, '127.255.0.62'],
  ])('network %i, slot %i is %s', (id, at, address) => {
    expect(addressOf(id, at)).toBe(address);
  });

  it.each([
    [2815, 0],
    [2752, 0],
    [2817, 0],
    [16_711_744, 0],
    [Number.NaN, 0],
    [2816, -1],
    [2816, 61],
    [2816, 0.5],
  ])('refuses network %d, slot %d', (id, at) => {
    expect(() => addressOf(id, at)).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('stays inside the /26 of its network, off its reserved addresses', () => {
    fc.assert(
      fc.property(networkId, slot, (id, at) => {
        const offset = valueOf(addressOf(id, at)) - id;
        expect(offset).toBe(at + 2);
        expect(offset).toBeLessThan(63);
      }),
    );
  });

  it('never gives one address twice', () => {
    fc.assert(
      fc.property(networkId, slot, networkId, slot, (id, at, otherId, otherAt) => {
        const same = id === otherId && at === otherAt;
        expect(addressOf(id, at) === addressOf(otherId, otherAt)).toBe(same);
      }),
    );
  });
});

describe('variableOf', () => {
  it.each([
    ['postgres', 'POSTGRES_IP'],
    ['listmonk-app', 'LISTMONK_APP_IP'],
    ['a_b', 'A_B_IP'],
    ['Api2', 'API2_IP'],
    ['-x', '_X_IP'],
    ['my.app', undefined],
    ['2fast', undefined],
    ['straße', undefined],
    ['', undefined],
  ])('%j gives %s', (service, variable) => {
    expect(variableOf(service)).toBe(variable);
  });

  it('gives a legal shell name or none, for any text', () => {
    fc.assert(fc.property(fc.string(), (name) => /^[A-Z_][A-Z0-9_]*_IP$/.test(variableOf(name) ?? 'X_IP')));
  });
});

describe('allocateNetworkId', () => {
  it.each<[string, number[], number, number]>([
    ['the first', [], 0, 2816],
    ['the next', [2816], 2816, 2880],
    ['the next without a high-water mark', [2816, 2944], 0, 3008],
    ['no gap of a deleted one', [2944], 2944, 3008],
    ['none that was ever given, even when all were deleted', [], 2944, 3008],
    ['the last', [], MAX_NETWORK_ID - NETWORK_ID_STEP, MAX_NETWORK_ID],
    ['the lowest gap once the end is reached', [2816, 2944], MAX_NETWORK_ID, 2880],
  ])('gives %s', (_, used, highest, expected) => {
    expect(allocateNetworkId(used, highest)).toBe(expected);
  });

  it('gives the only one left, and refuses when there is none', () => {
    const all = Array.from({ length: lastIndex + 1 }, (_, index) => idAt(index));
    const gap = idAt(1234);
    expect(
      allocateNetworkId(
        all.filter((id) => id !== gap),
        MAX_NETWORK_ID,
      ),
    ).toBe(gap);
    expect(() => allocateNetworkId(all, MAX_NETWORK_ID)).toThrow(
      expect.objectContaining({ code: 'network-ids-exhausted' }),
    );
  });

  it('always gives one that is free, on the grid and in range', () => {
    fc.assert(
      fc.property(fc.array(networkId), fc.oneof(networkId, fc.constant(0)), (used, highest) => {
        const id = allocateNetworkId(used, highest);
        expect(used).not.toContain(id);
        // `addressOf` throws for a number that is no network id.
        expect(valueOf(addressOf(id, 0))).toBe(id + 2);
      }),
    );
  });
});
