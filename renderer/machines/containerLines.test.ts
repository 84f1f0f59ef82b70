import { describe, expect, it } from 'vitest';
import type { MachineContainer } from '../../shared/protocol/observation.ts';
import { containerLines, daemonCount } from './containerLines.ts';

const guids = {
  webapp: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f10',
  mail: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f11',
};
const container = (
  repository: keyof typeof guids,
  service: string,
  change: Partial<MachineContainer> = {},
): MachineContainer => ({
  id: service,
  name: `${repository}-${service}-1`,
  image: 'busybox:1',
  state: 'running',
  status: 'Up 3 minutes',
  health: 'none',
  service,
  repository: { guid: guids[repository], name: repository },
  restarts: 0,
  ...change,
});
const killed = { state: 'exited', status: 'Exited (137) 2 minutes ago', exitCode: 137 };
const shown = (...given: Parameters<typeof containerLines>) =>
  containerLines(...given).map(({ container: { service }, state, tone }) => `${service} ${state} ${tone}`);

describe('the containers of a machine', () => {
  it('come trouble first, then by repository and service', () => {
    const containers = [
      container('webapp', 'redis'),
      container('mail', 'smtp', { health: 'healthy' }),
      container('webapp', 'api', { health: 'unhealthy' }),
      container('webapp', 'worker', { state: 'exited', status: 'Exited (2) now', exitCode: 2 }),
      container('mail', 'imap', { health: 'starting' }),
      container('mail', 'spam', { state: 'hibernating' }),
    ];
    expect(shown(containers, [], true)).toEqual([
      'worker exited fail',
      'api unhealthy warn',
      'spam unknown stale',
      'imap starting busy',
      'smtp healthy ok',
      'redis running ok',
    ]);
  });

  it('call a killed one a failure only where its repository should run', () => {
    const one = [container('webapp', 'api', killed)];
    expect(shown(one, [{ guid: guids.webapp, state: 'degraded' }], true)).toEqual(['api exited fail']);
    expect(shown(one, [{ guid: guids.webapp, state: 'daemon-up' }], true)).toEqual(['api stopped idle']);
    const done = [container('webapp', 'migrate', { state: 'exited', status: 'Exited (0)', exitCode: 0 })];
    expect(shown(done, [{ guid: guids.webapp, state: 'degraded' }], true)).toEqual(['migrate stopped idle']);
  });

  it('are unknown while their machine is away', () => {
    expect(shown([container('mail', 'smtp', { health: 'healthy' })], [], false)).toEqual([
      'smtp unknown stale',
    ]);
  });

  it('count their daemons', () => {
    expect(daemonCount([container('mail', 'a'), container('mail', 'b'), container('webapp', 'c')])).toBe(2);
  });
});
