import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  leastKeyCost,
  on,
  openBench,
  PASSPHRASE,
  secret,
  succeed,
  webCompose,
  webRediaccfile,
  writeFiles,
} from './support/bench.ts';
import type { Bench } from './support/bench.ts';

// Files as people publish them, on the true Docker: what only a daemon can show.
describe('services with names', () => {
  let bench: Bench;
  const exec = async (script: string): Promise<string> => {
    const { stdout } = await succeed(bench.rdc(['repo', 'exec', 'shop', ...on, '--', 'bash', '-c', script]));
    return stdout.trim();
  };
  const up = (): Promise<unknown> => succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
  const compose = (...names: string[]): Promise<string> =>
    bench.root(writeFiles('shop', { 'docker-compose.yml': webCompose(...names) }));
  /** Returns the containers of these services as "service id", sorted. */
  const containers = async (...names: string[]): Promise<string[]> => {
    const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
    const listed = (await exec(`docker ps --no-trunc --format '${format}'`)).split('\n').sort();
    return listed.filter((line) => names.includes(line.split(' ')[0] ?? ''));
  };
  /** Waits until one service reaches another by its name, from inside its container. */
  const reaches = async (from: string, to: string): Promise<void> => {
    const container = `$(docker ps -q --filter label=com.docker.compose.service=${from})`;
    const fetch = `docker exec ${container} wget -q -T 30 -O - http://${to}:8080/ || true`;
    await expect.poll(() => exec(fetch), { timeout: 600_000, interval: 1000 }).toMatch(/^[0-9a-f-]{36}$/);
  };

  beforeAll(async () => {
    bench = await openBench();
    await bench.root(leastKeyCost);
    await succeed(bench.rdc(['repo', 'create', 'shop', ...on, '--size', '512M', ...secret], PASSPHRASE));
    await bench.root(
      writeFiles('shop', { 'docker-compose.yml': webCompose('store', 'web'), Rediaccfile: webRediaccfile }),
    );
    await up();
  });
  afterAll(() => bench.close());

  it('find each other, and none is made anew when another comes or goes', async () => {
    await reaches('web', 'store');
    const before = await containers('store', 'web');
    expect(before).toHaveLength(2);
    await compose('late', 'store', 'web');
    await up();
    await reaches('late', 'web');
    // A container that was there before sees the new name.
    await reaches('web', 'late');
    expect(await containers('store', 'web')).toEqual(before);
    await compose('store', 'web');
    await exec('renet compose -- up -d --remove-orphans');
    expect([await containers('late'), await containers('store', 'web')]).toEqual([[], before]);
  });

  it('are as they were after an update: what 0.1.0 started runs on, and gets the names when it is made anew', async () => {
    await exec('renet compose -- down');
    // The override of 0.1.0.
    const block = (service: string, address: string): string =>
      [
        `  ${service}:`,
        '    labels:',
        `      rediacc.service_name: "${service}"`,
        `      rediacc.service_ip: "${address}"`,
        '      rediacc.network_id: "2816"',
        '      rediacc.repo_name: "shop"',
        '    network_mode: host',
        '',
      ].join('\n');
    const past = `services:\n${block('store', '127.0.11.2')}${block('web', '127.0.11.3')}`;
    await bench.root(writeFiles('shop', { 'past.yml': past }));
    await exec('docker compose -f docker-compose.yml -f past.yml up -d');
    const before = await containers('store', 'web');
    await up();
    expect([before.length, await containers('store', 'web')]).toEqual([2, before]);
    await exec('renet compose -- down');
    await up();
    await reaches('web', 'store');
  });

  it('are started again by Docker alone after the volume was closed', async () => {
    const start = 'up() { docker start $(docker ps -aq); }';
    const rediaccfile = webRediaccfile.replace(/^up.*$/m, () => start).replace(/^down.*$/m, 'down() { :; }');
    await bench.root(writeFiles('shop', { Rediaccfile: rediaccfile }));
    await succeed(bench.rdc(['repo', 'down', 'shop', ...on, '--unmount']));
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on, '--mount', ...secret], PASSPHRASE));
    await reaches('web', 'store');
  });

  it('have an address also where only -f brings them', async () => {
    const worker = webCompose('worker');
    const rediaccfile = webRediaccfile.replace(
      'up() { renet compose -- up -d; }',
      'up() { renet compose -- -f docker-compose.yml -f docker-compose.live.yml up -d; }',
    );
    await bench.root(writeFiles('shop', { 'docker-compose.live.yml': worker, Rediaccfile: rediaccfile }));
    await up();
    const command =
      "docker inspect --format '{{json .Config.Cmd}}' $(docker ps -q --filter label=com.docker.compose.service=worker)";
    expect(await exec(command)).toMatch(/"127\.0\.11\.\d+:8080"/);
    await reaches('worker', 'store');
  });
});
