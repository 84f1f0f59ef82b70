import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutPower } from '../../sandbox/machines.ts';
import type { MachineInfo, OperationEvent, Repository } from '../../shared/model.ts';
import { jsonOf, leastKeyCost, leftovers, on, openBench, operationsOf } from './support/bench.ts';
import { PASSPHRASE, secret, succeed, writeFiles } from './support/bench.ts';
import type { Bench } from './support/bench.ts';
import { headersOf, moveToXfs, postgresFiles, sql, touchedBy } from './support/forks.ts';

const json = ['--output', 'json'] as const;
const MEBI = 1024 ** 2;

// A running postgres is resized and forked: on a file system that shares no blocks, then on one that does.
describe('sizes and forks of a postgres', () => {
  let bench: Bench;
  const repo = (...words: string[]): Promise<unknown> =>
    succeed(bench.rdc(['repo', ...words, ...on, ...secret], PASSPHRASE));
  const rdc = (...words: string[]): ReturnType<Bench['rdc']> => succeed(bench.rdc(['repo', ...words, ...on]));
  const status = async (name: string): Promise<Repository> =>
    jsonOf(await rdc('status', name, ...json)) as Repository;
  const files = (): Promise<string> => bench.root('ls /mnt/rediacc/repositories');
  const refusal = async (words: string[], passphrase = PASSPHRASE): Promise<unknown> => {
    const ended = await bench.rdc(['repo', ...words, ...on, ...json], passphrase);
    return { code: ended.code, ...(jsonOf(ended) as object) };
  };

  beforeAll(async () => {
    bench = await openBench();
    await bench.root(leastKeyCost);
    await repo('create', 'shop', '--size', '512M');
    await bench.root(writeFiles('shop', postgresFiles));
    await rdc('up', 'shop');
    await bench.root(sql(2816, 'create table kept (n int)', 'insert into kept values (1)'));
  });
  afterAll(() => bench.close());

  it('grows while it runs: the data are intact, and the new size is seen inside', async () => {
    const look = `
      docker="docker -H unix:///var/run/rediacc/docker-2816.sock"
      $docker inspect -f '{{.State.StartedAt}}' $($docker ps -q)
      stat -c %s /mnt/rediacc/repositories/$(readlink /mnt/rediacc/repos/shop)
      $docker exec $($docker ps -q) df -kP /var/lib/postgresql/data | awk 'END { print $2 }'
    `;
    const [started, , before] = (await bench.root(look)).split('\n');
    await repo('resize', 'shop', '--size', '704M');
    const [still, size, after] = (await bench.root(look)).split('\n');
    expect([still, size]).toEqual([started, String(704 * MEBI)]);
    // The file system keeps some of the new space for itself.
    expect(Number(after) - Number(before)).toBeGreaterThan(170 * 1024);
    expect(await bench.root(sql(2816, 'select n from kept'))).toBe('1\n');
  });

  it('does not shrink, nor grow beyond the disk, nor by another passphrase, and is as it was', async () => {
    const before = await bench.root(
      'stat -c %s /mnt/rediacc/repositories/*; losetup -l -n -O NAME,BACK-FILE',
    );
    expect(await refusal(['resize', 'shop', '--size', '512M', ...secret])).toMatchObject({
      code: 9,
      error: { code: 'cannot-shrink', details: { name: 'shop', current: 704 * MEBI, size: 512 * MEBI } },
    });
    expect(await refusal(['resize', 'shop', '--size', '900G', ...secret])).toMatchObject({
      code: 9,
      error: { code: 'disk-too-small' },
    });
    expect(await refusal(['resize', 'shop', '--size', '800M', ...secret], 'not it')).toMatchObject({
      code: 3,
      verdict: { error: { code: 'wrong-passphrase' } },
    });
    expect(await bench.root('stat -c %s /mnt/rediacc/repositories/*; losetup -l -n -O NAME,BACK-FILE')).toBe(
      before,
    );
  });

  it('is not forked while it runs where blocks cannot be shared', async () => {
    const before = await files();
    expect(await refusal(['fork', 'shop', '--tag', 'staging'])).toMatchObject({
      code: 9,
      error: { code: 'fork-needs-closed', details: { name: 'shop' } },
    });
    expect(await files()).toBe(before);
  });

  it('leaves no trace of a fork that a power cut interrupted', async () => {
    await rdc('down', 'shop', '--unmount');
    const before = await files();
    const caught = bench.root(`
      until ls /mnt/rediacc/repositories/*.partial > /dev/null 2>&1; do sleep 0.1; done
      until [ $(stat -c %b /mnt/rediacc/repositories/*.partial) -gt 0 ]; do sleep 0.1; done
      pkill -STOP -f '[o]peration-run'; sync; ls /mnt/rediacc/repositories | wc -l
    `);
    const running = bench.startRdc(['repo', 'fork', 'shop', '--tag', 'cut', ...on]);
    expect(await caught).toBe('4\n');
    await cutPower(bench.machine.name);
    running.process.kill('SIGKILL');
    await running.ended;
    await expect.poll(files, { timeout: 300_000, interval: 5000 }).toBe(before);
    expect(await bench.root('ls /mnt/rediacc/repos | wc -l')).toBe('2\n');
    expect((await operationsOf(bench)).find(({ verb }) => verb === 'fork')?.state).toBe('lost');
  });

  it('is copied when it is closed, and the copy has an identity of its own', async () => {
    const forked = await rdc('fork', 'shop', '--tag', 'archive', '--events');
    const events = forked.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as OperationEvent);
    const told = events.filter((event) => event.type === 'progress');
    expect(told.length).toBeGreaterThan(0);
    expect(told.every(({ done, total }) => done <= total && total === 704 * MEBI)).toBe(true);
    const [parent, copy] = (await bench.root(headersOf('shop', 'archive'))).split('\n');
    expect(copy).not.toBe(parent);
    expect(copy).toMatch(/\["0"\]$/);
    await rdc('delete', 'archive', '--confirm', 'archive');
  });

  it('is forked while it runs where blocks can be shared, and goes on', async () => {
    await bench.root(moveToXfs);
    await repo('autostart', 'enable', 'shop');
    await repo('up', 'shop', '--mount');
    await bench.root(sql(2816, 'insert into kept values (2)'));
    await rdc('fork', 'shop', '--tag', 'staging');
    const after = `${sql(2816, 'insert into kept values (3)', 'select count(*) from kept')}
      systemctl list-units --all --plain --no-legend 'rediacc-freeze*'
      ls /mnt/rediacc/.credentials/keys | wc -l`;
    expect(await bench.root(after)).toBe('3\n1\n');
    const [parent, fork] = (await bench.root(headersOf('shop', 'staging'))).split('\n');
    expect([parent?.split(' ')[1], fork?.split(' ')[1]]).toEqual(['["0","1"]', '["0"]']);
    expect(parent?.split(' ')[0]).not.toBe(fork?.split(' ')[0]);
    const [one, two] = [await status('shop'), await status('staging')];
    expect([one.state, two]).toMatchObject([
      'running',
      {
        state: 'closed',
        // 2880 and 2944 were the interrupted fork's and the copy's; a network id is never given twice.
        networkId: 3008,
        parent: one.guid,
        sharesSpace: true,
        autostart: { enabled: false },
      },
    ]);
  });

  it('has a fork that starts beside it, on addresses of its own, with its data', async () => {
    await repo('up', 'staging', '--mount');
    const { services } = await status('staging');
    expect(services).toMatchObject([{ name: 'postgres', address: '127.0.11.194', containers: [{}] }]);
    expect(await bench.root(sql(3008, 'select n from kept order by n'))).toBe('1\n2\n');
    expect(await bench.root('docker -H unix:///var/run/rediacc/docker-3008.sock ps -aq | wc -l')).toBe('1\n');
  });

  it('has a fork no process of which has a file of its own open', async () => {
    expect(await bench.root(touchedBy(3008, 'shop'))).toBe('');
    // The same search finds the files that the parent's own processes have open.
    expect(await bench.root(touchedBy(2816, 'shop'))).toContain('/fd/');
  });

  it('does not see what the fork writes, nor the other way round', async () => {
    await bench.root(sql(3008, 'insert into kept values (20)') + sql(2816, 'insert into kept values (10)'));
    const select = 'select n from kept order by n';
    expect(await bench.root(sql(2816, select) + '\necho\n' + sql(3008, select))).toBe(
      '1\n2\n3\n10\n\n1\n2\n20\n',
    );
  });

  it('says so when the datastore that both share becomes full', async () => {
    const info = async (): Promise<string[]> => {
      const words = ['machine', 'info', 'm', ...json];
      const { notices = [] } = jsonOf(await succeed(bench.rdc(words))) as MachineInfo;
      return notices.map(({ code }) => code);
    };
    expect(await info()).not.toContain('datastore-nearly-full');
    await bench.root(`
      read total free <<< $(stat -f -c '%b %a' /mnt/rediacc)
      fallocate -l $(( (free - total / 10) * $(stat -f -c %S /mnt/rediacc) )) /mnt/rediacc/filler
    `);
    expect(await info()).toEqual(['space-overcommitted', 'datastore-nearly-full']);
    expect((await rdc('list')).stdout).toMatch(/! .*9\d % full/);
    await bench.root('rm /mnt/rediacc/filler');
  });

  it('and its fork close without a trace, and the fork is deleted', async () => {
    await Promise.all(['shop', 'staging'].map((name) => rdc('down', name, '--unmount')));
    await rdc('delete', 'staging', '--confirm', 'staging');
    // The one mount that is left is that of the datastore itself.
    expect(await bench.root(leftovers)).toMatch(/^\S+ \S+ \S+ \S+ \/mnt\/rediacc .*\n$/);
    expect(await bench.root('ls /mnt/rediacc/repositories | wc -l')).toBe('2\n');
  });
});
