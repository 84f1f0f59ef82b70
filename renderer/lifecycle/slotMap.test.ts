import { describe, expect, it } from 'vitest';
import type { Container, Service } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import { slotMap } from './slotMap.ts';

const container = (state: string, health: Container['health'] = 'none'): Container => ({
  id: 'c1',
  name: 'webapp-api-1',
  image: 'busybox:1',
  state,
  status: '',
  health,
});
const service = (slot: number, containers: Container[], present = true): Service => ({
  name: `s${slot}`,
  slot,
  address: '127.0.11.2',
  present,
  containers,
});

const mapOf = (services: readonly Service[], notices: Notice[] = []) =>
  slotMap({ networkId: 2816, services: [...services], notices });

describe('slotMap', () => {
  it('has 64 addresses, of which 61 can be assigned', () => {
    const states = mapOf([]).map(({ state }) => state);
    expect(states).toHaveLength(64);
    expect(states.flatMap((state, offset) => (state === 'reserved' ? [offset] : []))).toEqual([0, 1, 63]);
  });

  it('tells where something listens from where nothing does', () => {
    const map = mapOf([
      service(0, [container('running')]),
      service(1, []),
      service(2, [container('running', 'unhealthy')]),
      service(60, [], false),
    ]);
    expect([2, 3, 4, 5, 62].map((offset) => map[offset]?.state)).toEqual([
      'listening',
      'silent',
      'silent',
      'free',
      'vanished',
    ]);
  });

  it('goes by what the machine heard, and shows what listens where it should not', () => {
    const map = mapOf(
      [
        { ...service(0, [container('running')]), listening: [8080] },
        { ...service(1, [container('running')]), listening: [] },
        { ...service(2, [container('running')]), listening: [] },
      ],
      [
        { code: 'listens-elsewhere', details: { service: 's2', address: '127.0.11.4', found: '0.0.0.0:80' } },
        { code: 'listener-without-service', details: { address: '127.0.11.63', port: 1 } },
        {
          code: 'ports-ignored',
          details: { file: 'compose.yaml', line: 3, service: 's1', variable: 'S1_IP' },
        },
      ],
    );
    expect([2, 3, 4, 5, 63].map((offset) => map[offset]?.state)).toEqual([
      ...['listening', 'silent', 'drifted', 'free', 'drifted'],
    ]);
  });
});
