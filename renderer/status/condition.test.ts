import { describe, expect, it } from 'vitest';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { toWire, AppError } from '../../shared/errors.ts';
import type { Repository, RepositoryState } from '../../shared/model.ts';
import { conditionTone, countTrouble, machineCondition, serviceCount, shownState } from './condition.ts';

const machine = (change: Partial<MachineState>): MachineState => ({
  machine: {
    context: 'production',
    name: 'prod-1',
    host: '203.0.113.50',
    port: 22,
    user: 'deploy',
    datastore: '/mnt/rediacc',
  },
  connection: { state: 'connected', since: 0 },
  metrics: [],
  ...change,
});
const repositories = (...states: RepositoryState[]) => states.map((state) => ({ state }) as Repository);
const offline = (code: 'machine-unreachable' | 'key-refused' | 'machine-not-set-up', retryAt?: number) => ({
  state: 'offline' as const,
  since: 0,
  error: toWire(new AppError(code)),
  ...(retryAt !== undefined && { retryAt }),
});

describe('the condition of a machine', () => {
  it.each<[string, Partial<MachineState>, string, string]>([
    ['connected, and nothing in it', { repositories: [] }, 'healthy', 'ok'],
    ['connected, nothing heard yet', {}, 'healthy', 'ok'],
    [
      'stopped repositories are no alarm',
      { repositories: repositories('closed', 'daemon-up', 'running') },
      'healthy',
      'ok',
    ],
    ['a degraded one', { repositories: repositories('running', 'degraded') }, 'degraded', 'warn'],
    ['a failed one beside it', { repositories: repositories('failed', 'degraded') }, 'failed', 'fail'],
    ['a damaged one', { repositories: repositories('damaged') }, 'failed', 'fail'],
    ['connecting', { connection: { state: 'connecting', since: 0 } }, 'connecting', 'busy'],
    [
      'away, with old news of trouble',
      { connection: offline('machine-unreachable', 9), repositories: repositories('failed') },
      'offline',
      'stale',
    ],
    ['away without a word', { connection: { state: 'offline', since: 0 } }, 'offline', 'stale'],
    ['not tried again', { connection: offline('key-refused') }, 'refused', 'fail'],
    ['not set up', { connection: offline('machine-not-set-up') }, 'not-set-up', 'warn'],
    [
      'being set up',
      { connection: offline('machine-not-set-up'), setup: { state: 'running', steps: [] } },
      'setting-up',
      'busy',
    ],
  ])('%s', (_, change, condition, tone) => {
    const found = machineCondition(machine(change));
    expect([found, conditionTone(found)]).toEqual([condition, tone]);
  });

  it('counts what went wrong', () => {
    expect(countTrouble(repositories('failed', 'damaged', 'degraded', 'closed', 'running'))).toEqual({
      failed: 2,
      degraded: 1,
    });
  });
});

describe('a repository of a machine', () => {
  it.each([
    ['connected', 'running'],
    ['connecting', 'unknown'],
    ['offline', 'unknown'],
  ] as const)('of one that is %s is shown as %s', (state, shown) => {
    expect(shownState(machine({ connection: { state, since: 0 } }), { state: 'running' })).toBe(shown);
  });

  it('counts the services that should run, and none behind a closed volume', () => {
    const services = [{ present: true }, { present: true }, { present: false }] as Repository['services'];
    expect(serviceCount({ mounted: true, running: 1, services })).toEqual({ running: 1, total: 2 });
    expect(serviceCount({ mounted: false, running: 0, services })).toBeUndefined();
  });
});
