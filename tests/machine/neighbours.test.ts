import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repository } from '../../shared/model.ts';
import {
  jsonOf,
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

const [SHOP, DB] = ['127.0.11.2:8080', '127.0.11.66:8080'];
/** The machine's own registry. */
const MACHINE = '127.0.0.1:5000';

/** Returns a bash line that tells whether something answers at an address, for the processes of whoever runs it. */
const look = (who: string, place: string): string => {
  const [address, port] = place.split(':');
  const connect = `timeout 30 bash -c 'exec 3<>/dev/tcp/${address}/${port}' 2> /dev/null`;
  return `if ${connect}; then echo "${who} ${place} open"; else echo "${who} ${place} shut"; fi`;
};
const looks = (who: string): string => [SHOP, DB, MACHINE].map((place) => look(who, place)).join('\n');

/** A script that asks the same from inside the container of the service. */
const fromContainer = [SHOP, DB]
  .map(
    (place) =>
      `if timeout 60 docker exec $(docker ps -q) wget -q -T 30 -O /dev/null http://${place}/; then echo "container ${place} open"; else echo "container ${place} shut"; fi`,
  )
  .join('\n');

// Two repositories beside each other: control groups, systemd's filter and the kernel are the machine's true ones.
describe('neighbours on a machine', () => {
  let bench: Bench;
  const exec = async (script: string): Promise<string[]> => {
    const { stdout } = await succeed(bench.rdc(['repo', 'exec', 'shop', ...on, '--', 'bash', '-c', script]));
    return stdout.split('\n').filter(Boolean);
  };
  const up = async (): Promise<string[]> => {
    const { stdout, stderr } = await succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
    return `${stdout}\n${stderr}`.match(/function \S+ (?:open|shut)/g) ?? [];
  };

  beforeAll(async () => {
    bench = await openBench();
    await bench.root(leastKeyCost);
    for (const name of ['shop', 'db']) {
      await succeed(bench.rdc(['repo', 'create', name, ...on, '--size', '512M', ...secret], PASSPHRASE));
    }
    await bench.root(
      writeFiles('db', { 'docker-compose.yml': webCompose('web'), Rediaccfile: webRediaccfile }),
    );
    const up = ['up() {', '  renet compose -- up -d', looks('function'), '}'].join('\n');
    const rediaccfile = webRediaccfile.replace(/^up.*$/m, () => up);
    await bench.root(
      writeFiles('shop', { 'docker-compose.yml': webCompose('web'), Rediaccfile: rediaccfile }),
    );
    await succeed(bench.rdc(['repo', 'up', 'db', ...on]));
  });
  afterAll(() => bench.close());

  it('are not reached by functions, terminals and containers, and are once they are allowed', async () => {
    await up();
    // Its own service may take a moment to listen.
    await expect
      .poll(() => exec(look('exec', SHOP)), { timeout: 600_000, interval: 1000 })
      .toEqual([`exec ${SHOP} open`]);
    const shut = (who: string): string[] => [
      `${who} ${SHOP} open`,
      `${who} ${DB} shut`,
      `${who} ${MACHINE} open`,
    ];
    expect(await up()).toEqual(shut('function'));
    expect(await exec(looks('exec'))).toEqual(shut('exec'));
    expect(await exec(fromContainer)).toEqual(shut('container').slice(0, 2));
    // The machine itself reaches both.
    expect(await bench.root(look('root', DB))).toBe(`root ${DB} open\n`);
    expect(await bench.root('cat /run/rediacc/neighbours')).toBe('kept\n');

    await succeed(bench.rdc(['repo', 'allow', 'shop', 'db', ...on]));
    const open = (who: string): string[] => shut(who).map((line) => line.replace('shut', 'open'));
    expect(await exec(fromContainer)).toEqual(open('container').slice(0, 2));
    expect(await exec(look('exec', DB))).toEqual([`exec ${DB} open`]);
    const shown = await succeed(bench.rdc(['repo', 'status', 'shop', ...on, '--output', 'json']));
    const { allows, notices } = jsonOf(shown) as Repository;
    expect([allows?.map(({ name }) => name), notices]).toEqual([['db'], []]);

    await succeed(bench.rdc(['repo', 'allow', 'shop', 'db', '--revoke', ...on]));
    expect(await exec(fromContainer)).toEqual(shut('container').slice(0, 2));
  });

  it('with the same network id are told apart: the second is refused, and gets one of its own', async () => {
    await succeed(bench.rdc(['repo', 'down', 'db', ...on, '--unmount']));
    await bench.root(`
      file=$(grep -l '"name": "db"' /mnt/rediacc/repositories/*.json)
      sed -i 's/"networkId": 2880/"networkId": 2816/' $file
    `);
    const refused = await bench.rdc(['repo', 'up', 'db', ...on, '--mount', ...secret], PASSPHRASE);
    expect([refused.code, refused.stderr]).toEqual([9, expect.stringContaining('network id 2816')]);
    const words = ['repo', 'validate', 'db', '--fix', ...on, '--output', 'json'];
    expect(jsonOf(await succeed(bench.rdc(words)))).toMatchObject({ fixed: ['renumber'] });
    await succeed(bench.rdc(['repo', 'up', 'db', ...on, '--mount', ...secret], PASSPHRASE));
    const listed = jsonOf(
      await succeed(bench.rdc(['repo', 'list', ...on, '--output', 'json'])),
    ) as Repository[];
    expect(listed.map(({ name, networkId, daemon }) => [name, networkId, daemon])).toEqual([
      ['db', 2944, true],
      ['shop', 2816, true],
    ]);
  });
});
