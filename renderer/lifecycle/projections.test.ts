import { describe, expect, it } from 'vitest';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import type { Container, Service } from '../../shared/model.ts';
import type { Notice } from '../../shared/notices.ts';
import { groupOperations } from './operationList.ts';
import { containerState, serviceState } from './serviceState.ts';
import { slotMap } from './slotMap.ts';

const container = (state: string, health: Container['health'] = 'none', status = ''): Container => ({
  id: 'c1',
  name: 'webapp-api-1',
  image: 'busybox:1',
  state,
  status,
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

describe('serviceState', () => {
  it.each<[string, Container['health'], string, string]>([
    ['running', 'healthy', '', 'healthy'],
    ['running', 'none', '', 'running'],
    ['running', 'starting', '', 'starting'],
    ['running', 'unhealthy', '', 'unhealthy'],
    ['exited', 'none', 'Exited (0) 2 minutes ago', 'stopped'],
    ['exited', 'none', 'Exited (137) 2 minutes ago', 'stopped'],
    ['exited', 'none', 'Exited (1) 2 minutes ago', 'exited'],
    ['restarting', 'none', '', 'restarting'],
    ['something new', 'healthy', '', 'unknown'],
  ])('%s, %s %s is %s', (state, health, status, word) => {
    expect(containerState(container(state, health, status))).toBe(word);
  });

  it('is as good as its worst container, and says when there is none', () => {
    expect(serviceState(service(0, [container('running', 'healthy'), container('restarting')]))).toBe(
      'restarting',
    );
    expect(serviceState(service(0, []))).toBe('stopped');
    expect(serviceState(service(0, [], false))).toBe('gone');
  });
});

describe('groupOperations', () => {
  const entry = (over: Partial<OperationEntry>): OperationEntry => ({
    id: '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f',
    verb: 'up',
    startedAt: new Date(2026, 10, 24, 14).getTime(),
    machine: { context: 'production', name: 'prod-1' },
    repository: 'webapp',
    state: 'succeeded',
    ...over,
  });
  const yesterday = new Date(2026, 10, 23, 9).getTime();

  it('puts what runs first and the rest by day, newest first', () => {
    const { running, days } = groupOperations(
      [
        entry({ startedAt: yesterday, repository: 'old' }),
        entry({ repository: 'mail', state: 'running' }),
        entry({ repository: 'billing' }),
      ],
      { text: '', trouble: false },
    );
    expect(running.map(({ repository }) => repository)).toEqual(['mail']);
    expect(days.map((day) => day.operations.map(({ repository }) => repository))).toEqual([
      ['billing'],
      ['old'],
    ]);
  });

  it('shows the newest, all that run, and says how many are older', () => {
    const all = [
      entry({ startedAt: yesterday, state: 'running', repository: 'long' }),
      entry({ startedAt: yesterday - 1, repository: 'old' }),
      entry({ repository: 'new' }),
    ];
    const { running, days, older } = groupOperations(all, { text: '', trouble: false }, 1);
    const names = [running, ...days.map(({ operations }) => operations)].map((own) =>
      own.map(({ repository }) => repository),
    );
    expect([names, older]).toEqual([[['long'], ['new']], 1]);
    expect(groupOperations(all, { text: '', trouble: false }, 2).older).toBe(0);
  });

  it('narrows to a name and to trouble', () => {
    const all = [entry({ by: 'Ana' }), entry({ state: 'failed' }), entry({ state: 'lost', repository: 'x' })];
    const count = (text: string, trouble: boolean) => {
      const { days } = groupOperations(all, { text, trouble });
      return days.flatMap(({ operations }) => operations).length;
    };
    expect([count(' ana', false), count('', true), count('x', true), count('prod-1', false)]).toEqual([
      1, 2, 1, 3,
    ]);
  });
});
