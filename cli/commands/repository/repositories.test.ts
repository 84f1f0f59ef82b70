import { expect, test } from 'vitest';
import { rdc, repository } from '../../rdc.fixtures.ts';

const GIB = 1024 ** 3;
const closed = {
  ...{ ...repository, networkId: 2816, created: '', state: 'closed', mounted: false, daemon: false },
  ...{ size: 8 * GIB, path: '', services: [], running: 0, autostart: { enabled: false }, notices: [] },
};

test.each([
  ['how much of it is used', { used: GIB, available: 3 * GIB }, '1.0 GiB used of 4.0 GiB'],
  ['its size alone where nothing tells what is free', { used: GIB }, '8.0 GiB'],
  ['its size alone where nothing tells what is used', { available: GIB }, '8.0 GiB'],
])('repo status has the size of a volume: %s', async (_, room, shown) => {
  const { stdout } = await rdc('repo status webapp', {
    answers: { 'repository.status': { ...closed, ...room } },
  });
  expect(/^Size +(.*)$/m.exec(stdout)?.[1]).toBe(shown);
});

test('a repository in a crash loop is degraded in list and status, and status says what happens', async () => {
  const container = {
    ...{
      id: 'c1',
      name: 'webapp-api-1',
      image: 'api',
      state: 'running',
      status: 'Up 3 seconds',
      health: 'none',
    },
    ...{ service: 'api', crashLoop: { restarts: 8, startedAt: 1, exitCode: 3 } },
  };
  const services = ['api', 'db'].map((name, slot) => ({
    ...{ name, slot, address: `127.0.11.${slot + 2}`, present: true },
    containers: name === 'api' ? [container] : [],
  }));
  const notices = [{ code: 'crash-loop', details: { service: 'api', restarts: 8, exitCode: 3 } }];
  const looping = {
    ...closed,
    state: 'degraded',
    mounted: true,
    daemon: true,
    running: 1,
    services,
    notices,
  };
  const answers = { 'repository.status': looping, 'repository.list': [looping] };
  const status = await rdc('repo status webapp', { answers });
  expect(/^State +(.*)$/m.exec(status.stdout)?.[1]).toBe('degraded 1/2');
  expect(status.stdout).toContain('Up 3 seconds, crash loop: 8 restarts, last exit code 3');
  expect(status.stdout).toContain('! The service "api" ends again and again: Docker has started it 8 times');
  expect((await rdc('repo list', { answers })).stdout).toMatch(/^webapp +degraded 1\/2 /m);
});

test('repo status names a service that left the compose file, with its container and the way to end it', async () => {
  const left = {
    ...{ id: 'c1', name: 'webapp-old-1', image: 'x', state: 'running', status: 'Up 2 days', health: 'none' },
    ...{ service: 'old', orphan: true },
  };
  const services = [{ name: 'old', slot: 1, address: '127.0.11.3', present: false, containers: [left] }];
  const details = { name: 'webapp', service: 'old', container: 'webapp-old-1' };
  const notices = [{ code: 'service-left', details }];
  const { stdout } = await rdc('repo status webapp', {
    answers: { 'repository.status': { ...closed, state: 'degraded', mounted: true, services, notices } },
  });
  expect(stdout).toMatch(/^old .*gone, Up 2 days$/m);
  expect(stdout).toContain('End it with `rdc repo exec webapp -- docker rm -f webapp-old-1`');
});

test('repo status names the repositories that are reached, one that is gone by its GUID', async () => {
  const gone = '99999999-9999-4999-8999-999999999999';
  const allows = [{ guid: repository.guid, name: 'db' }, { guid: gone }];
  const { stdout } = await rdc('repo status webapp', {
    answers: { 'repository.status': { ...closed, allows } },
  });
  expect(/^Reaches +(.*)$/m.exec(stdout)?.[1]).toBe(`db, ${gone}`);
});
