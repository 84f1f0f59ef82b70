import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationEvent, Repository } from '../../shared/model.ts';
import {
  jsonOf,
  leastKeyCost,
  leftovers,
  on,
  openBench,
  PASSPHRASE,
  picture,
  secret,
  succeed,
  webCompose,
  writeFiles,
} from './support/bench.ts';
import type { Bench, Ended } from './support/bench.ts';

const json = ['--output', 'json'] as const;
/** The network ids of the repositories by name, in the order of the names. */
const ids = { broken: 3008, 'copy-1': 2880, 'copy-2': 2944, one: 2816, two: 3072, web: 3136 };
const names = Object.keys(ids);
const everyone = ['--include-forks', '--parallel', ...on] as const;

/** The Rediaccfile of all repositories; only "web" has a container, because one takes long on an emulated machine. */
const rediaccfile = `
up() {
  case $REPOSITORY_NETWORK_ID in
    ${ids.broken}) echo cannot start; return 7 ;;
    ${ids.web}) mkdir -p www; renet compose -- up -d web ;;
    *) sleep 4 ;;
  esac
}
down() { [ $REPOSITORY_NETWORK_ID != ${ids.web} ] || renet compose -- down; sleep 4; }
`;

/** A script that copies the closed repository "one" three times by hand; other tests create repositories with `rdc`. */
const copies = `
  set -e
  cd /mnt/rediacc/repositories
  first=$(jq -r 'select(.name == "one") | .guid' *.json)
  make() {
    guid=$(cat /proc/sys/kernel/random/uuid)
    cp $first $guid
    cryptsetup luksUUID -q --uuid $(cat /proc/sys/kernel/random/uuid) $guid
    jq --arg name $1 --arg guid $guid --argjson id $2 '.name = $name | .guid = $guid | .networkId = $id' $first.json > $guid.json
    chmod 600 $guid $guid.json
  }
  make broken ${ids.broken}
  make two ${ids.two}
  make web ${ids.web}
`;

interface Span {
  readonly verb: string;
  readonly from: number;
  readonly to: number;
}

/** Returns when each operation of a verb ran, from the logs on the machine. */
async function spansOf(bench: Bench, verb: string): Promise<Span[]> {
  const lines = (await bench.root('cat /mnt/rediacc/.operations/*/events.jsonl')).trimEnd().split('\n');
  const spans: Span[] = [];
  let begun: { verb: string; from: number } | undefined;
  for (const line of lines) {
    const event = JSON.parse(line) as OperationEvent;
    if (event.type === 'started') begun = { verb: event.operation.verb, from: event.at };
    else if (event.type === 'verdict' && begun !== undefined) spans.push({ ...begun, to: event.at });
  }
  return spans.filter((span) => span.verb === verb);
}

/** Returns the most that ran at once; only the beginnings count, because at no other time can the number grow. */
function mostAtOnce(spans: readonly Span[]): number {
  return Math.max(
    ...spans.map(({ from }) => spans.filter((other) => other.from <= from && from < other.to).length),
  );
}

/** Returns each repository's verdict, or the code of its error. */
function endsOf(ended: Ended): Record<string, string> {
  const { results } = jsonOf(ended) as { results: BulkLine[] };
  return Object.fromEntries(
    results.map(({ repository, verdict }) => [repository, verdict.error?.code ?? verdict.kind]),
  );
}

interface BulkLine {
  readonly repository: string;
  readonly verdict: { readonly kind: string; readonly error?: { readonly code: string } };
}

// Six repositories, two of them forks, one broken.
describe('all repositories of a machine at once', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    await bench.root(leastKeyCost);
    await succeed(bench.rdc(['repo', 'create', 'one', ...on, '--size', '96M', ...secret], PASSPHRASE));
    const files = { 'docker-compose.yml': webCompose('web', 'gone'), Rediaccfile: rediaccfile };
    await bench.root(writeFiles('one', files));
    await succeed(bench.rdc(['repo', 'unmount', 'one', ...on]));
    for (const tag of ['copy-1', 'copy-2']) {
      await succeed(bench.rdc(['repo', 'fork', 'one', '--tag', tag, ...on]));
    }
    await bench.root(copies);
  }, 1_800_000);
  afterAll(() => bench.close());

  it('are shown by a dry run, which changes nothing; forks are left out and named', async () => {
    const before = await bench.root(picture);
    const up = await succeed(bench.rdc(['repo', 'up-all', '--dry-run', '--parallel', ...on, ...json]));
    const down = await succeed(bench.rdc(['repo', 'down-all', '--unmount', '--dry-run', ...everyone]));
    expect(await bench.root(picture)).toBe(before);
    expect(jsonOf(up)).toMatchObject({
      leftOut: ['copy-1', 'copy-2'].map((repository) => ({ repository, reason: 'fork' })),
    });
    for (const name of names) expect(down.stdout).toContain(name);
  });

  it('are brought up at most three at a time; a wrong passphrase and a broken one stop no other', async () => {
    const passphrases = names.map((name) => `${name}\t${name === 'two' ? 'not it' : PASSPHRASE}\n`).join('');
    const words = ['repo', 'up-all', '--passphrases-file', '-', ...everyone];
    const ended = await bench.rdc(words, passphrases);
    expect(ended.code).toBe(10);
    for (const name of names) {
      const verdict = ['broken', 'two'].includes(name) ? 'failed' : 'succeeded';
      expect(ended.stdout).toMatch(new RegExp(`^${name} +${verdict}`, 'm'));
    }
    const ups = await spansOf(bench, 'up');
    expect([ups.length, mostAtOnce(ups)]).toEqual([6, 3]);
    const listed = jsonOf(await succeed(bench.rdc(['repo', 'list', ...on, ...json]))) as Repository[];
    expect(Object.fromEntries(listed.map(({ name, mounted }) => [name, mounted]))).toEqual(
      Object.fromEntries(names.map((name) => [name, name !== 'two'])),
    );
  });

  it('are mounted with the one passphrase that is given; who is mounted already says so', async () => {
    const words = ['repo', 'up-all', '--mount-only', ...on, ...secret, ...json];
    const ended = await succeed(bench.rdc(words, PASSPHRASE));
    expect(endsOf(ended)).toEqual({
      broken: 'succeeded',
      one: 'succeeded',
      two: 'succeeded',
      web: 'succeeded',
    });
  });

  it('can be renamed while they run: the new name leads to the same repository', async () => {
    const seen =
      'cd /mnt/rediacc/repos; ls -l | grep -c " web ->"; readlink -e site; curl -sS -o /dev/null http://127.0.12.67:8080/ && echo answers';
    const guid = (await bench.root('readlink /mnt/rediacc/repos/web')).trim();
    await succeed(bench.rdc(['repo', 'rename', 'web', 'site', ...on]));
    expect(await bench.root(seen)).toBe(`0\n/mnt/rediacc/repos/${guid}\nanswers\n`);
    const taken = await bench.rdc(['repo', 'rename', 'one', 'site', ...on, ...json]);
    expect([taken.code, jsonOf(taken)]).toMatchObject([9, { error: { code: 'name-taken' } }]);
  });

  it('give back the slot of a service once no compose file has it', async () => {
    const release = (): Promise<Ended> =>
      bench.rdc(['repo', 'slots', 'release', 'site', 'gone', ...on, ...json]);
    const slots = 'jq -c .services /mnt/rediacc/repos/site/.rediacc.json';
    const early = await release();
    expect([early.code, jsonOf(early)]).toMatchObject([9, { verdict: { error: { code: 'slot-in-use' } } }]);
    expect(await bench.root(slots)).toBe('{"gone":{"slot":0},"web":{"slot":1}}\n');
    await bench.root(writeFiles('site', { 'docker-compose.yml': webCompose('web') }));
    await succeed(release());
    expect(await bench.root(slots)).toBe('{"web":{"slot":1}}\n');
  });

  it('are stopped and closed again, the broken one too', async () => {
    const ended = await succeed(bench.rdc(['repo', 'down-all', '--unmount', ...everyone, ...json]));
    expect(new Set(Object.values(endsOf(ended)))).toEqual(new Set(['succeeded']));
    const downs = await spansOf(bench, 'down');
    expect([downs.length, mostAtOnce(downs)]).toEqual([6, 3]);
    expect(await bench.root(leftovers)).toBe('');
  });
});
