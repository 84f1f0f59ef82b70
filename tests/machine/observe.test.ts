import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/lint/findings.ts';
import type { MachineInfo, Repository } from '../../shared/model.ts';
import type { WireNotice } from '../../shared/notices.ts';
import type { MachineContainer } from '../../shared/protocol/observation.ts';
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

const json = ['--output', 'json'] as const;

/** The compose text of a service that ends again and again. */
const crashing = [
  '  crash:',
  '    image: 127.0.0.1:5000/busybox:1',
  '    restart: always',
  '    stop_grace_period: 1s',
  "    command: sh -c 'sleep 2; exit 3'",
  '',
].join('\n');

/** The compose text of a service that listens on every address instead of its own. */
const loose = [
  '  loose:',
  '    image: 127.0.0.1:5000/busybox:1',
  '    stop_grace_period: 1s',
  '    command: httpd -f -p 0.0.0.0:9090',
  '',
].join('\n');

// Views that `rdc` gives of a machine and its repository, from the true /proc, control groups, cryptsetup and ext4.
describe('looking at a machine', () => {
  let bench: Bench;
  const read = async <Document>(...words: string[]): Promise<Document> =>
    jsonOf(await succeed(bench.rdc([...words, ...on, ...json]))) as Document;
  const machine = async <Document>(verb: string): Promise<Document> =>
    jsonOf(await succeed(bench.rdc(['machine', verb, 'm', ...json]))) as Document;
  const status = (): Promise<Repository> => read<Repository>('repo', 'status', 'shop');
  const validate = async (): Promise<{ exit: number | null; findings: Finding[] }> => {
    const ended = await bench.rdc(['repo', 'validate', 'shop', ...on, ...json]);
    return { exit: ended.code, findings: (jsonOf(ended) as { findings: Finding[] }).findings };
  };
  const brief = async (): Promise<[number | null, string[]]> => {
    const { exit, findings } = await validate();
    return [exit, findings.map(({ severity, code }) => `${severity} ${code}`)];
  };

  beforeAll(async () => {
    bench = await openBench();
    await bench.root(leastKeyCost);
    await succeed(bench.rdc(['repo', 'create', 'shop', ...on, '--size', '512M', ...secret], PASSPHRASE));
    await bench.root(
      writeFiles('shop', { 'docker-compose.yml': webCompose('web'), Rediaccfile: webRediaccfile }),
    );
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
  });
  afterAll(() => bench.close());

  it('tells what it is, what runs on it, and what that uses', async () => {
    const info = await machine<MachineInfo>('info');
    expect(info).toMatchObject({ repositories: 1, datastore: { path: '/mnt/rediacc' } });
    expect(info.docker).toMatch(/^\d+\./);
    expect(await machine<Repository[]>('repos')).toMatchObject([
      { name: 'shop', state: 'running', running: 1 },
    ]);
    const [container] = await machine<MachineContainer[]>('containers');
    expect(container).toMatchObject({ service: 'web', address: '127.0.11.2', state: 'running', restarts: 0 });
    expect(container?.memory).toBeGreaterThan(0);
    expect(container?.cpu).toBeGreaterThanOrEqual(0);
  });

  it('fills in what listens at a service', async () => {
    const seen = async (): Promise<unknown> => {
      const { services, notices } = await status();
      return [services[0]?.listening, notices];
    };
    await expect.poll(seen, { timeout: 600_000, interval: 3000 }).toEqual([[8080], []]);
  });

  it('finds nothing wrong with a repository that is as it should be', async () => {
    expect(await validate()).toEqual({ exit: 0, findings: [] });
  });

  it('says who listens where nobody, or somebody else, should', async () => {
    await bench.root(`
      systemd-run --quiet --unit=stray node -e 'require("net").createServer().listen(7070, "127.0.11.40")'
    `);
    await bench.root(writeFiles('shop', { 'docker-compose.yml': `${webCompose('web')}${loose}` }));
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
    const notices = async (): Promise<WireNotice[]> => (await status()).notices;
    await expect.poll(notices, { timeout: 600_000, interval: 3000 }).toEqual([
      { code: 'listener-without-service', details: { address: '127.0.11.40', port: 7070 } },
      {
        code: 'listens-elsewhere',
        details: { service: 'loose', address: '127.0.11.3', found: '0.0.0.0:9090' },
      },
    ]);
    expect(await brief()).toEqual([10, ['warning listener-without-service', 'warning listens-elsewhere']]);
    await bench.root('systemctl stop stray');
  });

  it('tells a crash loop everywhere, a service that left the compose file, and what a down leaves running', async () => {
    await bench.root(writeFiles('shop', { 'docker-compose.yml': `${webCompose('web')}${crashing}` }));
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
    const codes = async (): Promise<string[]> => (await status()).notices.map(({ code }) => code);
    await expect.poll(codes, { timeout: 600_000, interval: 3000 }).toContain('crash-loop');
    const looping = await status();
    expect(looping).toMatchObject({ state: 'degraded', running: 1 });
    const loop = looping.notices.find((notice) => notice.code === 'crash-loop');
    expect(loop).toMatchObject({ details: { service: 'crash', exitCode: 3 } });
    expect(Number(loop?.details['restarts'])).toBeGreaterThanOrEqual(3);
    const list = await succeed(bench.rdc(['repo', 'list', ...on]));
    expect(list.stdout).toMatch(/^shop +degraded 1\/2 /m);
    const containers = await machine<MachineContainer[]>('containers');
    expect(containers.find(({ service }) => service === 'crash')).toMatchObject({
      crashLoop: { exitCode: 3 },
    });
    const health = await bench.rdc(['machine', 'health', 'm']);
    expect([health.code, health.stdout]).toEqual([11, expect.stringContaining('ends again and again')]);

    await bench.root(writeFiles('shop', { 'docker-compose.yml': webCompose('web') }));
    const left = await status();
    expect(left).toMatchObject({ running: 1 });
    expect(left.notices).toContainEqual({
      code: 'service-left',
      details: { name: 'shop', service: 'crash', container: `${left.guid}-crash-1` },
    });
    const down = await bench.rdc(['repo', 'down', 'shop', ...on]);
    expect([down.code, down.stdout]).toEqual([10, expect.stringContaining(`${left.guid}-crash-1`)]);
    await succeed(
      bench.rdc(['repo', 'exec', 'shop', ...on, '--', 'bash', '-c', 'docker rm -f $(docker ps -aq)']),
    );
    await succeed(bench.rdc(['repo', 'down', 'shop', ...on]));
    expect(await status()).toMatchObject({ state: 'daemon-up', running: 0 });
  });
});
