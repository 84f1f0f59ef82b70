import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  jsonOf,
  leastKeyCost,
  leftovers,
  on,
  openBench,
  operationsOf,
  PASSPHRASE,
  picture,
  secret,
  succeed,
  webCompose,
  webRediaccfile,
  writeFiles,
} from './support/bench.ts';
import type { Bench, Ended, ListedOperation } from './support/bench.ts';

const json = ['--output', 'json'] as const;

// Only what a true machine alone can show of the verbs and their rules; `renet/**/*.rules.test.ts` has the rest.
describe('two repositories on one machine', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    await bench.root(leastKeyCost);
    for (const name of ['one', 'two']) {
      await succeed(bench.rdc(['repo', 'create', name, ...on, '--size', '512M', ...secret], PASSPHRASE));
      await bench.root(
        writeFiles(name, { 'docker-compose.yml': webCompose('web'), Rediaccfile: webRediaccfile }),
      );
    }
  });
  afterAll(() => bench.close());

  const operations = (): Promise<ListedOperation[]> => operationsOf(bench);
  const keptOutput = (id: string): Promise<string> =>
    bench.root(`cat /mnt/rediacc/.operations/${id}/output.*`);

  it('run the same port at once, and each daemon sees only its own', async () => {
    const both = await Promise.all(['one', 'two'].map((name) => bench.rdc(['repo', 'up', name, ...on])));
    expect(both.map((ended) => ended.code)).toEqual([0, 0]);
    const seen = await bench.root(`
      cd /mnt/rediacc/repos
      curl -s --retry 20 --retry-connrefused --retry-delay 1 http://127.0.11.2:8080/ | sed "s/$(readlink one)/one/"
      curl -s --retry 20 --retry-connrefused --retry-delay 1 http://127.0.11.66:8080/ | sed "s/$(readlink two)/two/"
      for id in 2816 2880; do docker -H unix:///var/run/rediacc/docker-$id.sock ps -a --format '{{.Names}}' | wc -l; done
    `);
    expect(seen).toBe('one\ntwo\n1\n1\n');
  });

  it('tells one of two at once that the other holds the lock, and the other is not disturbed', async () => {
    await bench.root(
      writeFiles('one', {
        Rediaccfile: `prep() { echo holding; while [ ! -e go ]; do sleep 1; done; }\n${webRediaccfile.split('\n').slice(1).join('\n')}`,
      }),
    );
    const both = [1, 2].map(() => bench.rdc(['repo', 'up', 'one', ...on, ...json]));
    // One of the two is refused at once; the other one holds the lock until the test lets it end.
    const refused = await Promise.race(both);
    const named = jsonOf(refused) as { error: { details: { id: string } } };
    expect([refused.code, named]).toMatchObject([
      7,
      { error: { code: 'repository-busy', details: { name: 'one', verb: 'up' } } },
    ]);
    const { id } = named.error.details;
    await expect
      .poll(async () => (await operations())[0], { timeout: 120_000 })
      .toMatchObject({ id, verb: 'up', state: 'running' });
    await bench.root('touch /mnt/rediacc/repos/one/go');
    const codes = (await Promise.all(both)).map((ended) => ended.code);
    expect(codes.sort()).toEqual([0, 7]);
  });

  it('finishes an up exactly once when the connection is cut, and the reader sees it through', async () => {
    await bench.root(
      writeFiles('one', {
        Rediaccfile: 'up() { echo run >> runs; for i in 1 2 3 4 5 6; do echo "line $i"; sleep 2; done; }\n',
      }),
    );
    const running = bench.startRdc(['repo', 'up', 'one', ...on]);
    await running.printed('line 1');
    // Kills the admin's connections at the server's end. Each has two processes, and the second may go with the first.
    const cut = await bench.root(`
      ss -tnp state established '( sport = :22 )' | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u > /tmp/sessions
      own=$$; while [ "$own" -gt 1 ]; do echo $own; own=$(awk '{print $4}' /proc/$own/stat); done > /tmp/mine
      for pid in $(grep -vxFf /tmp/mine /tmp/sessions); do kill -9 $pid && echo cut; done
      true
    `);
    expect(cut).toContain('cut');
    const ended = await running.ended;
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('Connected again.')]);
    const [last] = await operations();
    expect(last).toMatchObject({ verb: 'up', state: 'succeeded' });
    expect(await bench.root('cat /mnt/rediacc/repos/one/runs')).toBe('run\n');
    for (let line = 1; line <= 6; line += 1) {
      expect(ended.stdout.match(new RegExp(`line ${line}`, 'g'))?.length).toBe(1);
    }
  });

  it('finishes an up when rdc itself is killed; its log can be read whole afterwards', async () => {
    await bench.root('rm /mnt/rediacc/repos/one/runs');
    const running = bench.startRdc(['repo', 'up', 'one', ...on]);
    await running.printed('line 2');
    running.process.kill('SIGKILL');
    await running.ended;
    const [last] = await operations();
    const id = last?.id ?? '';
    const followed = await succeed(bench.rdc(['op', 'follow', id, ...on, '--events']));
    expect(outputOf(followed)).toBe(await keptOutput(id));
    expect(await bench.root('cat /mnt/rediacc/repos/one/runs')).toBe('run\n');
  });

  it('cancels the running function and its children', async () => {
    await bench.root(
      writeFiles('one', {
        Rediaccfile: 'up() { (trap "" TERM; setsid sleep 7777) & echo waiting; sleep 7778; }\n',
        'later/Rediaccfile': 'up() { touch ran; }\n',
      }),
    );
    const running = bench.startRdc(['repo', 'up', 'one', ...on]);
    await running.printed('waiting');
    const [last] = await operations();
    await succeed(bench.rdc(['op', 'cancel', last?.id ?? '', ...on]));
    expect((await running.ended).code).toBe(130);
    expect(await bench.root('pgrep -af "sleep 777" || echo none; ls /mnt/rediacc/repos/one/later')).toBe(
      'none\nRediaccfile\n',
    );
  });

  it('ends with warnings, exit 10, when a folder fails', async () => {
    await bench.root(
      writeFiles('one', {
        Rediaccfile: 'up() { echo root; }\n',
        'a/Rediaccfile': 'up() { echo broken; return 4; }\n',
        'later/Rediaccfile': 'up() { touch ran; }\n',
      }),
    );
    const ended = await bench.rdc(['repo', 'up', 'one', ...on, ...json]);
    expect([ended.code, jsonOf(ended)]).toMatchObject([
      10,
      {
        verdict: { kind: 'warnings', reason: 'degraded', failures: [{ exitCode: 4, lastLines: ['broken'] }] },
      },
    ]);
    expect(await bench.root('ls /mnt/rediacc/repos/one/later')).toBe('Rediaccfile\nran\n');
  });

  it('refuses what cannot be, with its exit code, and changes nothing', async () => {
    const before = await bench.root(picture);
    const create = (name: string, size: string): string[] => [
      'create',
      name,
      ...on,
      '--size',
      size,
      ...secret,
    ];
    const cases: [string[], number, string, RegExp][] = [
      [create('one', '512M'), 9, 'name-taken', /already a repository named "one"/],
      [create('huge', '900G'), 9, 'disk-too-small', /is more than .* that \/mnt\/rediacc has left/],
      [create('Not_A_Name', '1G'), 2, 'bad-name', /Not_A_Name/],
      [['up', 'nowhere', ...on], 5, 'repository-not-found', /no repository "nowhere" on/],
      [['delete', 'one', ...on, '--confirm', 'one'], 9, 'still-mounted', /"one"/],
    ];
    for (const [words, code, error, sentence] of cases) {
      const ended = await bench.rdc(['repo', ...words, ...json], PASSPHRASE);
      expect([ended.code, jsonOf(ended)]).toMatchObject([code, { error: { code: error } }]);
      expect(messageOf(ended)).toMatch(sentence);
    }
    expect(await bench.root(picture)).toBe(before);
  });

  it('names the processes that keep a volume busy, and never unmounts lazily', async () => {
    await bench.root('(cd /mnt/rediacc/repos/two/ && exec setsid sleep 8888) < /dev/null > /dev/null 2>&1 &');
    const ended = await bench.rdc(['repo', 'down', 'two', ...on, '--unmount', ...json]);
    expect([ended.code, JSON.stringify(jsonOf(ended))]).toEqual([
      1,
      expect.stringMatching(/mount-busy.*sleep \(\d+\)/),
    ]);
    expect(await bench.root('findmnt -n /mnt/rediacc/repos/$(readlink /mnt/rediacc/repos/two) | wc -l')).toBe(
      '1\n',
    );
    await bench.root('pkill -f "sleep 8888"');
    await succeed(bench.rdc(['repo', 'down', 'two', ...on, '--unmount']));
  });

  it('does not open with a wrong passphrase, and says so; the right one opens it', async () => {
    const wrong = await bench.rdc(['repo', 'mount', 'two', ...on, ...secret, ...json], 'not it');
    expect([wrong.code, jsonOf(wrong)]).toMatchObject([
      3,
      {
        verdict: {
          error: { code: 'wrong-passphrase', message: 'That passphrase does not open "two".' },
        },
      },
    ]);
    expect(await bench.root('ls /dev/mapper | grep -c rediacc; losetup -a | wc -l')).toBe('1\n1\n');
    await succeed(bench.rdc(['repo', 'mount', 'two', ...on, ...secret], PASSPHRASE));
    const listed = await succeed(bench.rdc(['repo', 'unmount', 'two', ...on]));
    expect(listed.code).toBe(0);
  });

  it('deletes what is closed, after its name was given', async () => {
    await succeed(bench.rdc(['repo', 'delete', 'two', ...on, '--confirm', 'two']));
    expect(
      await bench.root('ls /mnt/rediacc/repositories | grep -c json; ls /mnt/rediacc/repos | wc -l'),
    ).toBe('1\n2\n');
  });

  it('leaves nothing of a create that fails half-way', async () => {
    await succeed(bench.rdc(['repo', 'down', 'one', ...on, '--unmount']));
    const before = await bench.root('ls /mnt/rediacc/repositories /mnt/rediacc/repos');
    // The program of the fourth step fails; by then the volume is allocated, encrypted and open.
    await bench.root(
      'printf "#!/bin/sh\\necho no >&2; exit 1\\n" > /usr/local/sbin/mkfs.ext4; chmod 755 /usr/local/sbin/mkfs.ext4',
    );
    const ended = await bench.rdc(
      ['repo', 'create', 'half', ...on, '--size', '512M', ...secret, ...json],
      PASSPHRASE,
    );
    await bench.root('rm /usr/local/sbin/mkfs.ext4');
    expect([ended.code, jsonOf(ended)]).toMatchObject([
      1,
      { verdict: { kind: 'failed', error: { code: 'command-failed' } } },
    ]);
    expect(await bench.root('ls /mnt/rediacc/repositories /mnt/rediacc/repos')).toBe(before);
    expect(await bench.root(leftovers)).toBe('');
  });

  it('collects what a killed create left, and nothing else', async () => {
    const running = bench.startRdc(['repo', 'create', 'cut', ...on, '--size', '512M', ...secret], PASSPHRASE);
    await expect
      .poll(() => bench.root('ls /mnt/rediacc/repositories'), { timeout: 120_000 })
      .toContain('.partial');
    await bench.root('systemctl kill --signal=KILL "rediacc-op-*"');
    await running.ended;
    await succeed(bench.rdc(['repo', 'create', 'whole', ...on, '--size', '512M', ...secret], PASSPHRASE));
    const names = await bench.root(
      'cd /mnt/rediacc/repositories; ls | grep -c partial; jq -r .name *.json | sort',
    );
    expect(names).toBe('0\none\nwhole\n');
  });
});

function messageOf(ended: Ended): string {
  return (jsonOf(ended) as { error: { message: string } }).error.message;
}

/** Returns the output of an operation from the lines of `--events`. */
function outputOf({ stdout }: Ended): string {
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as EventLine);
  return Buffer.concat(events.filter(({ type }) => type === 'output').map(bytesOf)).toString();
}

type EventLine = { type: string; text?: string; base64?: string };

function bytesOf(event: EventLine): Buffer {
  return event.base64 === undefined ? Buffer.from(event.text ?? '') : Buffer.from(event.base64, 'base64');
}
