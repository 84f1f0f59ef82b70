import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutPower } from '../../sandbox/machines.ts';
import {
  jsonOf,
  leftovers,
  on,
  openBench,
  operationsOf,
  PASSPHRASE,
  secret,
  succeed,
  webCompose,
  webRediaccfile,
  writeFiles,
} from './support/bench.ts';
import type { Bench } from './support/bench.ts';

// The part of the machine tests that CI runs.
describe('one repository, from create to a clean close and through a reboot', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const json = ['--output', 'json'] as const;
  const fetchPage = 'curl -sS --retry 30 --retry-connrefused --retry-delay 1 http://127.0.11.2:8080/';

  it('is created encrypted, mounted, and handed to the person who connected', async () => {
    await succeed(bench.rdc(['repo', 'create', 'shop', ...on, '--size', '512M', ...secret], PASSPHRASE));
    const seen = await bench.root(`
      cd /mnt/rediacc
      guid=$(readlink repos/shop)
      stat -c '%U %a' repos/shop/ ; stat -c '%U %a' repos/shop/.rediacc
      runuser -u deploy -- mv repos/shop/.rediacc repos/shop/away 2>&1 | grep -o 'not permitted'
      findmnt -n -o SOURCE,FSTYPE repos/$guid | sed "s/$guid/GUID/"
      stat -c '%s %a %U' repositories/$guid
      test $(stat -c '%b' repositories/$guid) -ge 1048576 && echo preallocated
      cryptsetup luksDump repositories/$guid | grep -E '^Version|^  [0-9]+: luks2|PBKDF:' | tr -s ' \\t' ' '
      jq -c '[.name, .networkId]' repositories/$guid.json
    `);
    expect(seen.split('\n').slice(0, -1)).toEqual([
      'deploy 750',
      'root 700',
      'not permitted',
      '/dev/mapper/rediacc-GUID ext4',
      `${512 * 1024 * 1024} 600 root`,
      'preallocated',
      'Version: 2',
      ' 0: luks2',
      ' PBKDF: argon2id',
      '["shop",2816]',
    ]);
  });

  it('starts its services on their addresses', async () => {
    await bench.root(
      writeFiles('shop', {
        'docker-compose.yml': webCompose('web'),
        Rediaccfile: webRediaccfile,
      }),
    );
    const started = await succeed(bench.rdc(['repo', 'up', 'shop', ...on, ...json]));
    expect(jsonOf(started)).toMatchObject({ verdict: { kind: 'succeeded' } });
    const guid = (await bench.root(`${fetchPage}; jq -c . /mnt/rediacc/repos/shop/.rediacc.json`)).split(
      '\n',
    );
    expect(guid[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(guid[1]).toBe('{"services":{"web":{"slot":0}}}');
    const listed = jsonOf(await succeed(bench.rdc(['repo', 'list', ...on, ...json])));
    expect(JSON.stringify(listed)).toContain('"state":"running"');
  });

  it('labels its containers and puts them on the host network', async () => {
    const inspect =
      "docker inspect $(docker ps -q) --format '{{json .Config.Labels}} {{.HostConfig.NetworkMode}}'";
    const { stdout } = await succeed(bench.rdc(['repo', 'exec', 'shop', ...on, '--', 'sh', '-c', inspect]));
    const [labels = '{}', network] = stdout.trim().split(/ (?=\w+$)/);
    expect(JSON.parse(labels)).toMatchObject({
      'rediacc.service_name': 'web',
      'rediacc.service_ip': '127.0.11.2',
      'rediacc.network_id': '2816',
      'rediacc.repo_name': 'shop',
    });
    expect(network).toBe('host');
  });

  it('changes nothing in a second up', async () => {
    // A container that was started again keeps its id, but has a new time of start.
    const look = "docker inspect $(docker ps -q) --format '{{.Id}} {{.State.StartedAt}}'; cat .rediacc.json";
    const state = async (): Promise<string> =>
      (await succeed(bench.rdc(['repo', 'exec', 'shop', ...on, '--', 'sh', '-c', look]))).stdout;
    const before = await state();
    expect(before).toMatch(/^[0-9a-f]{64} 20\S+Z\n\{/);
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
    expect(await state()).toBe(before);
  });

  it('closes without a trace, and nothing can be written where it was', async () => {
    // The search first finds the traces of the open repository: one that never finds anything would prove nothing.
    const open = await bench.root(leftovers);
    for (const trace of [
      /\/dev\/mapper\/rediacc-/,
      /^rediacc-[0-9a-f-]{36}$/m,
      /^\/dev\/loop\d+: .*\/repositories\//m,
      /^rediacc-docker-2816\.service/m,
      /^rediacc-containerd-2816\.service/m,
      /^\d+ \S*dockerd /m,
      /^\d+ \S*containerd /m,
      /^\/run\/rediacc\/2816$/m,
      /^\/run\/rediacc\/docker-2816\.sock$/m,
    ]) {
      expect(open).toMatch(trace);
    }
    await succeed(bench.rdc(['repo', 'down', 'shop', ...on, '--unmount']));
    expect(await bench.root(leftovers)).toBe('');
    const written = await bench.root(`
      touch /mnt/rediacc/repos/shop/file 2>&1 | tail -1
      mkdir -p /mnt/rediacc/repos/shop/data 2>&1 | tail -1
      ls -A /mnt/rediacc/repos/shop/
    `);
    expect(written.match(/Operation not permitted/g)?.length).toBe(2);
    const again = await succeed(bench.rdc(['repo', 'down', 'shop', ...on, '--unmount']));
    expect(again.stdout + again.stderr).toContain('closed already');
  });

  it('is lost, and says so, when the power is cut under it; then starts again with its data', async () => {
    await succeed(bench.rdc(['repo', 'mount', 'shop', ...on, ...secret], PASSPHRASE));
    await bench.root(
      writeFiles('shop', {
        Rediaccfile:
          'prep() { echo before the power cut; }\n' +
          // Compose's output goes nowhere: on a terminal it redraws lines, which holds back the lines after it.
          'up() { renet compose -- up -d > /dev/null 2>&1; sync; echo in the middle; sleep 1000; }\n',
      }),
    );
    const running = bench.startRdc(['repo', 'up', 'shop', ...on]);
    // By now the steps before this one are noted on the disk.
    await running.printed('in the middle');
    running.process.kill('SIGKILL');
    await running.ended;
    await cutPower(bench.machine.name);

    const [last] = await operationsOf(bench);
    expect(last).toMatchObject({ verb: 'up', state: 'lost' });
    const followed = await bench.rdc(['op', 'follow', last?.id ?? '', ...on]);
    expect([followed.code, followed.stdout.includes('before the power cut')]).toEqual([8, true]);
    expect(await bench.root(leftovers)).toBe('');

    await succeed(bench.rdc(['repo', 'mount', 'shop', ...on, ...secret], PASSPHRASE));
    await bench.root(writeFiles('shop', { Rediaccfile: webRediaccfile }));
    // The container restarts "unless stopped" and was not stopped, but a daemon without an up must not start it.
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on, '--prep-only']));
    const containers = 'docker ps -q | wc -l; docker ps -a -q | wc -l';
    const counted = await succeed(bench.rdc(['repo', 'exec', 'shop', ...on, '--', 'sh', '-c', containers]));
    expect(counted.stdout).toBe('0\n1\n');
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
    expect(await bench.root(fetchPage)).toMatch(/^[0-9a-f-]{36}\n$/);
  });
});
