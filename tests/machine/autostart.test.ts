import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutPower, reboot } from '../../sandbox/machines.ts';
import type { AutostartEntry, OperationSummary } from '../../shared/model.ts';
import {
  bootsEnded,
  foundAs,
  keysOf,
  leftAtShutdown,
  listAutostart,
  nothingLeft,
  statesOf,
  turnsOf,
  watchShutdowns,
} from './support/autostart.ts';
import {
  jsonOf,
  leastKeyCost,
  on,
  openBench,
  operationsOf,
  PASSPHRASE,
  secret,
  succeed,
  webCompose,
  writeFiles,
} from './support/bench.ts';
import type { Bench } from './support/bench.ts';

const json = ['--output', 'json'] as const;

/** The body of a down() that writes a line per second into the volume for 20 s; only a whole down() ends with `end`. */
const slowDown = 'for line in $(seq 20); do echo "$line" >> downs; sleep 1; done';
const wholeDown = [...Array.from({ length: 20 }, (_, index) => `${index + 1}`), 'end', ''].join('\n');

const web = (down: string): Record<string, string> => ({
  'docker-compose.yml': webCompose('web'),
  Rediaccfile: [
    'prep() { echo "prep of $PWD"; mkdir -p www; renet compose -- pull -q; }',
    'up() { echo "up of $PWD"; renet compose -- up -d; }',
    `down() { ${down}renet compose -- down; echo end >> downs; }`,
    '',
  ].join('\n'),
});

/** A script that reads a page of both web services, and waits for those that are still starting. */
const pages = `
  for address in 127.0.11.2 127.0.11.66; do
    curl -sS --retry 200 --retry-connrefused --retry-delay 2 http://$address:8080/kept
  done
`;

// Three true boots: a reboot, a power cut with three repositories that cannot come back, and a reboot during a down.
describe('repositories that come back by themselves', () => {
  let bench: Bench;
  const repo = (...words: string[]): Promise<unknown> =>
    succeed(bench.rdc(['repo', ...words, ...on, ...secret], PASSPHRASE));
  const create = async (name: string, files: Record<string, string>): Promise<void> => {
    await repo('create', name, '--size', '256M');
    await bench.root(writeFiles(name, files));
  };
  const enable = (...words: string[]): Promise<unknown> => repo('autostart', 'enable', ...words);
  const rdc = (...words: string[]): Promise<unknown> => succeed(bench.rdc([...words, ...on]));
  const entries = async (): Promise<AutostartEntry[]> => (await listAutostart(bench)).repositories;
  const problems = async (): Promise<Record<string, string[]>> =>
    Object.fromEntries(
      (await entries()).map((entry) => [entry.name, entry.problems.map((problem) => problem.code)]),
    );
  const turns = (): Promise<string[]> => turnsOf(bench);
  const patience = { timeout: 300_000, interval: 5000 };

  beforeAll(async () => {
    bench = await openBench();
    await bench.root(watchShutdowns + leastKeyCost);
    await create('first', web(`${slowDown}; `));
    await create('second', web(''));
    await create('third', { Rediaccfile: `up() { echo up; }\ndown() { ${slowDown}; echo end >> downs; }\n` });
    await Promise.all(['first', 'second', 'third'].map((name) => rdc('repo', 'up', name)));
    await bench.root(
      'for name in first second; do echo $name > /mnt/rediacc/repos/$name/www/kept; done; sync',
    );
  });
  afterAll(() => bench.close());

  it('are not enabled with a wrong passphrase, and nothing is changed', async () => {
    const wrong = await bench.rdc(
      ['repo', 'autostart', 'enable', 'first', ...on, ...secret, ...json],
      'not it',
    );
    expect([wrong.code, jsonOf(wrong)]).toMatchObject([
      3,
      { verdict: { error: { code: 'wrong-passphrase' } } },
    ]);
    expect(
      await bench.root(`${keysOf('first')}
jq -c .autostart repositories/*.json`),
    ).toBe('first: key none; slots 0 argon2id\nnull\nnull\nnull\n');
  });

  it('are enabled by their passphrase, which shows nowhere', async () => {
    const watching = bench.root(`
      umask 077; printf '%s\\n' '${PASSPHRASE}' > /root/pattern; touch /root/watch
      rounds=0
      while [ -e /root/watch ]; do
        cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2> /dev/null | grep -a -c -F -f /root/pattern | grep -v '^0$'
        rounds=$((rounds + 1))
        sleep 0.2
      done
      # The file of the pattern itself shows that the search finds.
      grep -r -l -a -F -f /root/pattern /root /etc /run /mnt/rediacc/.operations /mnt/rediacc/repositories/*.json
      [ $rounds -ge 3 ] && echo watched
    `);
    await enable('first');
    await bench.root('rm /root/watch');
    expect(await watching).toBe('/root/pattern\nwatched\n');
    await enable('second', '--after', 'first', '--delay', '1');
    expect(await bench.root(keysOf('first', 'second', 'third'))).toBe(
      [
        'first: key 600 root 256; slots 0 argon2id, 1 pbkdf2',
        'second: key 600 root 256; slots 0 argon2id, 1 pbkdf2',
        'third: key none; slots 0 argon2id',
        '',
      ].join('\n'),
    );
    const { unit, repositories } = await listAutostart(bench);
    expect([unit, repositories]).toMatchObject([
      {},
      [
        { name: 'first', enabled: true, consent: {}, problems: [] },
        { name: 'second', enabled: true, after: 'first', delay: 1, problems: [] },
        { name: 'third', enabled: false, problems: [] },
      ],
    ]);
    expect(unit.problem).toBeUndefined();
  });

  it('are closed cleanly by a reboot, enabled or not, and the enabled ones come back with their data', async () => {
    await reboot(bench.machine.name);
    expect(await bench.root(pages)).toBe('first\nsecond\n');
    await bench.root(bootsEnded(2));
    await expect
      .poll(turns, patience)
      .toEqual([
        'boot first succeeded',
        'boot second succeeded',
        'shutdown first succeeded',
        'shutdown second succeeded',
        'shutdown third succeeded',
      ]);
    expect(await statesOf(bench)).toEqual({ first: 'running', second: 'running', third: 'closed' });
    expect(await bench.root(leftAtShutdown)).toBe(nothingLeft);
    await repo('mount', 'third');
    expect(await bench.root(foundAs('first', 'second', 'third'))).toBe(
      'first clean\nsecond clean\nthird clean\n',
    );
    expect(await bench.root('cd /mnt/rediacc/repos; cat first/downs third/downs')).toBe(
      wholeDown + wholeDown,
    );
  });

  it('keep the log of a boot, which runs no prep and keeps the order', async () => {
    const operations = (await operationsOf(bench)) as OperationSummary[];
    const bootOf = (name: string): OperationSummary | undefined =>
      operations.find(({ origin, repository }) => origin === 'boot' && repository.name === name);
    const [first, second] = [bootOf('first'), bootOf('second')];
    expect(second?.startedAt).toBeGreaterThan(first?.endedAt ?? Infinity);
    const followed = await succeed(bench.rdc(['op', 'follow', first?.id ?? '', ...on]));
    expect(followed.stdout).toContain('up of /mnt/rediacc/repos/');
    expect(followed.stdout).not.toContain('prep of');
  });

  it('come back after a power cut, whatever keeps others from it', async () => {
    // The up() that hangs is first run at the next boot; the other repositories are broken in their own ways.
    await bench.root(
      writeFiles('third', {
        Rediaccfile: 'up() { echo hanging; sleep 100000; }\ndown() { echo down of the hanging one; }\n',
      }),
    );
    await create('broken', { Rediaccfile: 'up() { echo not today; return 3; }\n' });
    await create('spoilt', { Rediaccfile: 'up() { echo up; }\n' });
    for (const name of ['third', 'broken', 'spoilt']) await enable(name);
    await bench.root(`
      cd /mnt/rediacc
      head -c 256 /dev/urandom > .credentials/keys/$(readlink repos/spoilt).key
      sync
    `);
    // `verify` tells an admin of the problem before the reboot.
    const verified = await bench.rdc(['repo', 'autostart', 'verify', 'spoilt', ...on, ...json]);
    expect([verified.code, jsonOf(verified)]).toMatchObject([
      1,
      { problems: [{ code: 'autostart-key-refused' }] },
    ]);

    await cutPower(bench.machine.name);
    expect(await bench.root(pages)).toBe('first\nsecond\n');
    expect(await bench.root(foundAs('first', 'second'))).toBe('first recovered\nsecond recovered\n');
  });

  it('say what is wrong with each that did not come back', async () => {
    const seen = async (): Promise<unknown[]> =>
      (await entries()).map(({ name, lastBoot, problems: found }) => [
        name,
        lastBoot?.state,
        lastBoot?.verdict?.error?.code,
        found.map(({ code }) => code),
      ]);
    await bench.root(bootsEnded(6));
    await expect.poll(seen, patience).toEqual([
      ['broken', 'failed', 'function-failed', []],
      ['first', 'succeeded', undefined, []],
      ['second', 'succeeded', undefined, []],
      ['spoilt', 'failed', 'autostart-key-refused', ['autostart-key-refused']],
      ['third', 'running', undefined, []],
    ]);
  });

  it('are repaired, and a reboot while one still hangs is clean; then all come back', async () => {
    await bench.root(
      writeFiles('broken', { Rediaccfile: 'up() { echo mended; }\n' }) +
        writeFiles('third', { Rediaccfile: 'up() { echo mended; }\ndown() { echo down >> hung; }\n' }),
    );
    await rdc('repo', 'up', 'broken');
    await enable('spoilt');
    expect(await turns()).toContain('boot third running');

    await reboot(bench.machine.name);
    expect(await bench.root(pages)).toBe('first\nsecond\n');
    const names = ['broken', 'first', 'second', 'spoilt', 'third'];
    await bench.root(bootsEnded(12));
    await expect
      .poll(turns, patience)
      .toEqual(
        [
          ...['first', 'second'].flatMap((name) => [`boot ${name} succeeded`, `boot ${name} succeeded`]),
          ...['boot broken failed', 'boot spoilt failed', 'boot third cancelled'],
          ...names.map((name) => `boot ${name} succeeded`),
          ...['first', 'second', 'third'].map((name) => `shutdown ${name} succeeded`),
          ...['broken', 'first', 'second', 'third'].map((name) => `shutdown ${name} succeeded`),
        ].sort(),
      );
    expect(await bench.root(leftAtShutdown)).toBe(nothingLeft);
    expect(await bench.root(foundAs('first', 'second', 'third', 'broken'))).toBe(
      'first clean\nsecond clean\nthird clean\nbroken clean\n',
    );
    expect(await bench.root('cat /mnt/rediacc/repos/third/hung')).toBe('down\n');
  });

  it('are disabled without a trace, and open by their passphrase as before', async () => {
    await rdc('repo', 'autostart', 'disable', 'spoilt');
    const opened = `
      printf %s '${PASSPHRASE}' | cryptsetup open --test-passphrase --key-slot 0 --key-file - \\
        repositories/$(readlink repos/spoilt) && echo opens
      ls .credentials/keys | wc -l
    `;
    expect(await bench.root(keysOf('spoilt') + opened)).toBe(
      'spoilt: key none; slots 0 argon2id\nopens\n4\n',
    );
  });

  it('show everything that has drifted', async () => {
    await bench.root(`
      cd /mnt/rediacc
      key() { echo .credentials/keys/$(readlink repos/$1).key; }
      rm $(key first)
      chmod 0644 $(key second)
      cryptsetup luksKillSlot -q repositories/$(readlink repos/third) 1 < /dev/null
      # As an enable that was killed in the middle leaves it.
      head -c 256 /dev/urandom > $(key spoilt).partial
      systemctl disable -q rediacc-autostart.service
    `);
    const { unit } = await listAutostart(bench);
    expect(unit.problem?.code).toBe('autostart-unit');
    expect(await problems()).toEqual({
      broken: [],
      first: ['autostart-key-missing'],
      second: ['autostart-key-exposed'],
      spoilt: ['autostart-half-done'],
      third: ['autostart-slot-empty'],
    });
  });

  it('are repaired all at once, but for the one whose passphrase is wrong', async () => {
    const file = join(bench.configuration, 'passphrases');
    const lines = ['first', 'second', 'third', 'broken', 'spoilt'].map(
      (name) => `${name}\t${name === 'spoilt' ? 'not it' : PASSPHRASE}\n`,
    );
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    const words = ['repo', 'autostart', 'enable-all', '--passphrases-file', file, ...on, ...json];
    const ended = await bench.rdc(words);
    const good = { kind: 'succeeded' };
    expect([ended.code, jsonOf(ended)]).toMatchObject([
      10,
      {
        results: [
          { repository: 'broken', verdict: good },
          { repository: 'first', verdict: good },
          { repository: 'second', verdict: good },
          { repository: 'spoilt', verdict: { kind: 'failed', error: { code: 'wrong-passphrase' } } },
          { repository: 'third', verdict: good },
        ],
      },
    ]);
    const { unit } = await listAutostart(bench);
    expect(unit).toEqual({});
    expect(await problems()).toEqual({
      broken: [],
      first: [],
      second: [],
      spoilt: ['autostart-half-done'],
      third: [],
    });
  });

  it('are disabled all at once, the half-done one too', async () => {
    await rdc('repo', 'autostart', 'disable-all');
    const names = ['broken', 'first', 'second', 'spoilt', 'third'];
    expect(
      await bench.root(`${keysOf(...names)}
ls -A .credentials/keys`),
    ).toBe(names.map((name) => `${name}: key none; slots 0 argon2id\n`).join(''));
  });
});
