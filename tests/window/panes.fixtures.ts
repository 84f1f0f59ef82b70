import type { MachineState } from '../../shared/api/apiModel.ts';
import type { Repository } from '../../shared/model.ts';
import { guid } from '../../renderer/status/events.fixtures.ts';

/** A repository with three services, of which one does not run. */
export const webapp: Repository = {
  guid,
  name: 'webapp',
  networkId: 2816,
  created: '2026-05-12T10:00:00Z',
  state: 'degraded',
  mounted: true,
  daemon: true,
  walled: true,
  size: 10 * 1024 ** 3,
  used: 6.1 * 1024 ** 3,
  available: 3.9 * 1024 ** 3,
  path: '/mnt/rediacc/repos/webapp',
  running: 2,
  autostart: { enabled: false },
  notices: [],
  services: ['api', 'postgres', 'redis'].map((name, slot) => ({
    name,
    slot,
    address: `127.0.11.${slot + 2}`,
    variable: `${name.toUpperCase()}_IP`,
    present: true,
    containers:
      name === 'redis'
        ? []
        : [
            {
              id: name,
              name: `webapp-${name}-1`,
              image: 'busybox:1',
              state: 'running',
              status: 'Up 3 minutes (healthy)',
              health: 'healthy',
              service: name,
            },
          ],
  })),
};

/** Makes the machine of a repository, as the window's state has it. */
export const machineWith = (repository: Repository): MachineState => ({
  machine: {
    name: 'prod-1',
    host: '203.0.113.50',
    port: 22,
    user: 'deploy',
    datastore: '/mnt/rediacc',
    context: 'production',
  },
  connection: { state: 'connected', since: 0 },
  metrics: [],
  repositories: [repository],
  operations: [],
});
