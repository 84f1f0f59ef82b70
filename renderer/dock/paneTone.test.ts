import { expect, it } from 'vitest';
import type { LogSource } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { paneTone } from './paneTone.ts';

const key = { context: 'production', name: 'prod-1' };
const machine = (state: 'connected' | 'offline') =>
  ({
    machine: key,
    connection: { state, since: 0 },
    operations: [{ id: 'o1', state: 'failed' }],
    repositories: [
      {
        guid: 'g1',
        state: 'degraded',
        services: [
          { name: 'api', containers: [{ state: 'running', health: 'healthy', status: 'Up' }] },
          {
            name: 'worker',
            containers: [
              { state: 'running', health: 'none', status: 'Up' },
              { state: 'exited', health: 'none', status: 'Exited (1) 2 minutes ago' },
            ],
          },
        ],
      },
    ],
    setup: { state: 'running', steps: [] },
  }) as unknown as MachineState;

const operation: LogSource = { kind: 'operation', machine: key, operation: 'o1' };
const containers = (service?: string): LogSource => ({
  kind: 'containers',
  machine: key,
  repository: 'g1',
  ...(service === undefined ? {} : { service }),
});

it.each([
  ['an operation', operation, 'fail'],
  ['an operation that is not told any more', { ...operation, operation: 'o2' }, undefined],
  ['a repository', containers(), 'warn'],
  ['a service', containers('api'), 'ok'],
  ['the worst of a service', containers('worker'), 'fail'],
  ['a set-up', { kind: 'setup', machine: key }, 'busy'],
  ['a machine that is gone', { ...operation, machine: { ...key, name: 'other' } }, undefined],
] as const)('stands as %s does', (_name, source, tone) => {
  expect(paneTone(source, [machine('connected')])).toBe(tone);
});

it('nothing is known of the containers of a machine that is away', () => {
  expect(paneTone(containers(), [machine('offline')])).toBe('stale');
  expect(paneTone(containers('api'), [machine('offline')])).toBe('stale');
});
