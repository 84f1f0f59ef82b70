import { describe, expect, it } from 'vitest';
import type { OperationSummary } from '../model.ts';
import { decide, emptyJournal } from './decide.ts';
import type { JournalEntry } from './entry.ts';
import { journalEntrySchema } from './entry.ts';
import type { JournalObservation, SeenContainer, SeenRepository } from './observation.ts';
import { latestLines } from './order.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOW = 1_800_000_000_000;
const GUID = '2d25d88d-e186-48b0-aff3-500528150a52';
const shop = { guid: GUID, name: 'shop' };
const GB = 1024 ** 3;

const repository = (more: Partial<SeenRepository> = {}): SeenRepository => ({
  ...shop,
  ...{ state: 'running', mounted: true, daemon: true, path: '/mnt/shop', notices: [] },
  autostart: { enabled: false },
  ...more,
});
const container = (more: Partial<SeenContainer> = {}): SeenContainer => ({
  ...{ id: 'c1', name: 'shop-api-1', service: 'api', state: 'running', health: 'none', restarts: 0 },
  repository: shop,
  ...more,
});
const operation = (n: number, more: Partial<OperationSummary> = {}): OperationSummary => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  ...{ verb: 'down', repository: shop, origin: 'person', by: 'ann', startedAt: NOW, sequence: n },
  state: 'running',
  ...more,
});
const seen = (
  containers: SeenContainer[],
  repositories: SeenRepository[] = [repository()],
  operations: OperationSummary[] = [],
): JournalObservation => ({ inventory: { repositories, containers, operations } });

/** Makes a machine whose looks are decided one after the other, with a clock that the test turns. */
function machine() {
  let state = emptyJournal();
  let uptime = HOUR;
  let at = NOW;
  let boot = 'one';
  const lines: JournalEntry[] = [];
  const look = (observation: JournalObservation, after = 2 * SECOND): JournalEntry[] => {
    uptime += after;
    at += after;
    const decided = decide(state, observation, { at, boot: { id: boot, uptime } });
    state = decided.state;
    const added = decided.lines.map(({ entry }) => journalEntrySchema.parse(entry));
    lines.push(...added);
    return added;
  };
  return {
    look,
    lines,
    /** Looks at the same once a minute. */
    wait: (observation: JournalObservation, minutes: number) => {
      for (let passed = 0; passed < minutes; passed += 1) look(observation, MINUTE);
    },
    /** The entries as they were written last, each in a few words. */
    told: () =>
      latestLines(lines).map(({ kind, count, ended }) =>
        [kind, count, ended === undefined ? 'on' : 'over'].join(' '),
      ),
    /** What the journal knows, also what waits to be written. */
    known: () => [...state.stories.values()].map(({ entry }) => entry),
    setClock: (milliseconds: number) => {
      at += milliseconds;
    },
    reboot: (down: number) => {
      boot = 'two';
      uptime = 0;
      at += down;
    },
    state: () => state,
  };
}

describe('a container', () => {
  it('that dies is one entry until it runs again, with its exit code and service', () => {
    const { look, lines } = machine();
    look(seen([container()]));
    look(seen([container({ state: 'exited', exitCode: 3 })]));
    look(seen([container({ state: 'exited', exitCode: 3 })]));
    look(seen([container()]), MINUTE);
    expect(lines).toMatchObject([
      {
        ...{ kind: 'container-died', level: 'error', count: 1, details: { exitCode: 3 } },
        subject: { repository: shop, container: 'shop-api-1', service: 'api' },
      },
      { entry: 1, milliseconds: MINUTE + 2 * SECOND },
    ]);
    expect(lines.map(({ n, ended }) => [n, ended !== undefined])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it.each([
    ['with 0', { exitCode: 0 }, []],
    ['stopped by a signal', { exitCode: 143 }, ['warning']],
    ['killed', { exitCode: 137 }, ['warning']],
    ['out of memory', { exitCode: 137, outOfMemory: true }, ['error']],
  ])('that ends %s is as grave as that', (_, end, levels) => {
    const { look, lines } = machine();
    look(seen([container()]));
    look(seen([container({ state: 'exited', ...end })]));
    expect(lines.map(({ level }) => level)).toEqual(levels);
  });

  it('that ends again and again is one entry: its deaths, the loop, and the end of it', () => {
    const { look, wait, told, known } = machine();
    look(seen([container()]));
    for (let restarts = 1; restarts <= 20; restarts += 1) {
      const crashLoop = restarts < 3 ? undefined : { restarts, startedAt: NOW, exitCode: 7 };
      look(seen([container({ restarts, crashLoop })]), 15 * SECOND);
    }
    wait(seen([container({ restarts: 20 })]), 12);
    expect(told()).toEqual(['crash-loop 20 over']);
    expect(known()).toEqual([]);
  });

  it('that flaps for a night costs few lines, and none of its ends is forgotten', () => {
    const { look, lines, known } = machine();
    look(seen([container()]));
    for (let restarts = 1; restarts <= 4000; restarts += 1) {
      const crashLoop = { restarts, startedAt: NOW };
      look(seen([container({ restarts, ...(restarts >= 3 && { crashLoop }) })]), 10 * SECOND);
    }
    expect(known()).toMatchObject([{ count: 4000 }]);
    expect(lines.length).toBeLessThan(150);
  });

  it.each(['down', 'up', 'unmount', 'delete'] as const)(
    'that ends during %s is told by the operation alone',
    (verb) => {
      const { look, told } = machine();
      const busy = repository({ state: 'busy' });
      look(seen([container()]));
      look(seen([container({ state: 'exited', exitCode: 1 })], [busy], [operation(1, { verb })]));
      const ended = operation(1, { verb, state: 'succeeded', endedAt: NOW + 5 });
      look(
        seen([container({ state: 'exited', exitCode: 1 })], [repository({ state: 'daemon-up' })], [ended]),
      );
      look(
        seen([container({ state: 'exited', exitCode: 1 })], [repository({ state: 'daemon-up' })], [ended]),
      );
      expect(told()).toEqual(['operation-ended 1 over']);
    },
  );

  it('that an operation ended is not told, though it is seen a moment after the operation', () => {
    const { look, wait, told } = machine();
    const ended = operation(1, { state: 'succeeded', endedAt: NOW + 5 });
    const exited = container({ state: 'exited', exitCode: 1 });
    look(seen([container()]));
    // The operation was read after the container, which was still alive.
    look(seen([container()], [repository()], [ended]));
    look(seen([exited], [repository({ state: 'daemon-up' })], [ended]));
    expect(told()).toEqual(['operation-ended 1 over']);
    look(seen([container()], [repository()], [ended]));
    wait(seen([container()], [repository()], [ended]), 1);
    look(seen([exited], [repository()], [ended]));
    expect(told()).toEqual(['operation-ended 1 over', 'container-died 1 on']);
  });

  it.each([
    ['while the up goes on that has started it', 1],
    ['a moment after that up', 2],
  ])('that fails by itself %s is told once', (_, deadFrom) => {
    const { look, wait, told } = machine();
    const up = operation(1, { verb: 'up' });
    const ended = operation(1, { verb: 'up', state: 'succeeded', endedAt: NOW + 5 * SECOND });
    const startedAt = NOW + 3 * SECOND;
    const dead = container({ id: 'c2', state: 'exited', exitCode: 7, startedAt });
    const at = (step: number): SeenContainer[] => [
      step >= deadFrom ? dead : container({ id: 'c2', startedAt }),
    ];
    look(seen([container()]));
    look(seen(at(1), [repository({ state: 'busy' })], [up]));
    look(seen(at(2), [repository()], [ended]));
    look(seen(at(3), [repository()], [ended]));
    wait(seen(at(4), [repository()], [ended]), 2);
    expect(told().sort()).toEqual(['container-died 1 on', 'operation-ended 1 over']);
  });

  it('that a down has stopped is not told, though an up had started it', () => {
    const { look, wait, told } = machine();
    const up = operation(1, { verb: 'up', state: 'succeeded', endedAt: NOW });
    const down = operation(2, { state: 'succeeded', endedAt: NOW + 5 });
    const stopped = container({ state: 'exited', exitCode: 1, startedAt: NOW });
    look(seen([container({ startedAt: NOW })], [repository()], [up]));
    look(seen([stopped], [repository({ state: 'daemon-up' })], [down, up]));
    wait(seen([stopped], [repository({ state: 'daemon-up' })], [down, up]), 1);
    expect(told()).toEqual(['operation-ended 1 over']);
  });

  it('that dies while its repository grows is told', () => {
    const { look, told } = machine();
    const growing = operation(1, { verb: 'resize' });
    look(seen([container()]));
    look(seen([container({ state: 'exited', exitCode: 1 })], [repository({ state: 'busy' })], [growing]));
    expect(told()).toEqual(['container-died 1 on']);
  });

  it('is not taken for gone while its daemon does not answer', () => {
    const { look, told } = machine();
    const silent = repository({ problem: { code: 'daemon-not-running', details: {}, message: '' } });
    look(seen([container()]));
    look(seen([container({ state: 'exited', exitCode: 1 })]));
    look(seen([], [silent]));
    look(seen([container({ state: 'exited', exitCode: 1 })]));
    expect(told()).toEqual(['container-died 1 on']);
  });

  it('that is unhealthy now and then is one entry', () => {
    const { look, wait, told } = machine();
    look(seen([container()]));
    for (let times = 0; times < 3; times += 1) {
      look(seen([container({ health: 'unhealthy' })]), MINUTE);
      look(seen([container({ health: 'healthy' })]), MINUTE);
    }
    expect(told()).toEqual(['container-unhealthy 3 over']);
    wait(seen([container({ health: 'healthy' })]), 10);
    look(seen([container({ health: 'unhealthy' })]));
    expect(told()).toEqual(['container-unhealthy 3 over', 'container-unhealthy 1 on']);
  });
});

describe('out of memory', () => {
  const kills = (total: number, containers: Record<string, number> = {}): JournalObservation => ({
    memoryKills: [{ guid: GUID, kills: total, containers }],
  });

  it('is told of a container that its policy has started again', () => {
    const { look, lines } = machine();
    look({ ...seen([container()]), ...kills(4, { c1: 4 }) });
    look({ ...seen([container({ restarts: 1 })]), ...kills(5, { c1: 0 }) });
    expect(lines).toMatchObject([{ kind: 'out-of-memory', details: { kills: 1 }, count: 1 }]);
  });

  it('is told once of a container whose end is seen after the kernel has counted', () => {
    const { look, told, lines } = machine();
    look({ ...seen([container()]), ...kills(4, { c1: 4 }) });
    look({ ...seen([container()]), ...kills(5, { c1: 5 }) });
    look({ ...seen([container({ state: 'exited', exitCode: 137 })]), ...kills(5) });
    for (let looks = 0; looks < 10; looks += 1)
      look({ ...seen([container({ state: 'exited', exitCode: 137 })]), ...kills(5) });
    expect(told()).toEqual(['out-of-memory 1 on']);
    expect(lines.length).toBe(1);
  });

  it('is told of a container that lives on without one of its processes', () => {
    const { look, lines } = machine();
    look({ ...seen([container()]), ...kills(0, { c1: 0 }) });
    for (let looks = 0; looks < 10; looks += 1) look({ ...seen([container()]), ...kills(2, { c1: 2 }) });
    expect(lines).toMatchObject([
      { kind: 'out-of-memory', subject: { container: 'shop-api-1' }, count: 2, milliseconds: 0 },
    ]);
  });

  it('is told of the repository where nobody knows which container', () => {
    const { look, lines } = machine();
    look({ ...seen([container()]), ...kills(0) });
    for (let looks = 0; looks < 10; looks += 1) look({ ...seen([container()]), ...kills(1) });
    expect(lines).toMatchObject([{ kind: 'out-of-memory', subject: { repository: shop } }]);
    expect(lines[0]?.subject.container).toBeUndefined();
  });

  it('again and again is a crash loop that says so', () => {
    const { look, known } = machine();
    look({ ...seen([container()]), ...kills(0) });
    for (let restarts = 1; restarts <= 5; restarts += 1) {
      const crashLoop = restarts < 3 ? undefined : { restarts, startedAt: NOW, exitCode: 137 };
      look({ ...seen([container({ restarts, crashLoop })]), ...kills(restarts) });
    }
    expect(known()).toMatchObject([{ kind: 'crash-loop', count: 5, details: { kills: 5 } }]);
  });
});

describe('a repository', () => {
  it('that is degraded for a moment is not told; one that stays so is, since when, and that it is well again', () => {
    const { look, lines } = machine();
    const degraded = seen([], [repository({ state: 'degraded' })]);
    look(seen([]));
    look(degraded);
    look(seen([]));
    expect(lines).toEqual([]);
    for (let looks = 0; looks < 20; looks += 1) look(degraded);
    look(seen([]));
    expect(lines).toMatchObject([{ kind: 'repository-degraded' }, { milliseconds: 40 * SECOND }]);
    expect(lines.length).toBe(2);
  });

  it('whose daemon ends, or that stops, without an operation is told', () => {
    const one = machine();
    one.look(seen([container()]));
    one.look(seen([], [repository({ daemon: false, state: 'mounted' })]));
    one.look(seen([container()]), 5 * SECOND);
    expect(one.told()).toEqual(['daemon-ended 1 over']);
    const other = machine();
    other.look(seen([container()]));
    other.look(seen([], [repository({ daemon: false, mounted: false, state: 'closed' })]));
    expect(other.told()).toEqual(['repository-stopped 1 on']);
  });

  it('that is damaged is told at the first look, and from when nobody knows', () => {
    const { look, lines } = machine();
    look(seen([], [repository({ state: 'damaged', damage: 'no metadata' })]));
    look(seen([], [repository({ state: 'damaged', damage: 'no metadata' })]));
    expect(lines).toMatchObject([
      { kind: 'repository-damaged', level: 'critical', began: { uncertain: HOUR + 2 * SECOND } },
    ]);
    expect(lines.length).toBe(1);
  });

  it('that is full is told by the table of health, with its worst level and share', () => {
    const { look, known } = machine();
    const full = (share: number): JournalObservation =>
      seen([], [repository({ used: share * GB, available: (1 - share) * GB })]);
    for (const share of [0.5, 0.86, 0.97, 0.9]) look(full(share));
    expect(known()).toMatchObject([{ kind: 'volume-full', level: 'error', details: { percent: 97 } }]);
    look(full(0.3));
    expect(known()).toMatchObject([{ ended: expect.anything() as unknown }]);
  });
});

describe('the machine', () => {
  const metrics = (available: number): JournalObservation => ({
    metrics: {
      load: [0, 0, 0],
      cpus: 2,
      memory: { total: 100, available: 50 },
      datastore: { path: '/mnt/rediacc', total: 100, available },
    },
  });

  it('tells a full datastore and a full disk, each until it has room again', () => {
    const { look, told } = machine();
    look({ ...metrics(4), disks: [{ path: '/', total: 100, available: 10 }] });
    look(metrics(4));
    look({ ...metrics(50), disks: [{ path: '/', total: 100, available: 10 }] });
    expect(told()).toEqual(['datastore-full 1 over', 'disk-full 1 on']);
  });

  it.each([
    ['forward', HOUR, 3600],
    ['back', -2 * HOUR, -7200],
  ])('tells a clock that was set %s, and durations do not move by it', (_, by, seconds) => {
    const { look, lines, setClock } = machine();
    look({ ...seen([container()]), ...metrics(50) });
    look(seen([container({ state: 'exited', exitCode: 1 })]));
    setClock(by);
    look(seen([container()]), MINUTE);
    expect(lines.slice(1)).toMatchObject([
      { kind: 'container-died', milliseconds: MINUTE },
      { kind: 'clock-jumped', details: { seconds } },
    ]);
  });

  it('tells a boot with what was started, and does not take what it closed for a fault', () => {
    const { look, told, lines, reboot } = machine();
    const enabled = repository({ autostart: { enabled: true } });
    look(seen([container()], [enabled]));
    look(seen([container({ restarts: 2 })], [enabled]));
    reboot(10 * MINUTE);
    const starting = operation(1, { verb: 'up', origin: 'boot', boot: { id: 'two', uptime: 5 } });
    look(seen([], [repository({ state: 'busy', autostart: { enabled: true } })], [starting]), MINUTE);
    const failed = { ...starting, state: 'failed', endedAt: NOW + 9 } as const;
    look(seen([container({ state: 'exited', exitCode: 137 })], [{ ...enabled, state: 'failed' }], [failed]));
    expect(told()).toEqual(['container-died 2 over', 'booted 1 over', 'operation-ended 1 over']);
    const booted = latestLines(lines).find(({ kind }) => kind === 'booted');
    expect(booted).toMatchObject({
      level: 'error',
      details: { enabled: 1, started: 0, failed: 'shop', down: 600 },
      began: { boot: { id: 'two', uptime: 0 } },
    });
  });

  it('takes nothing of an earlier boot for an end, though the first looks after it see only a part', () => {
    const { look, told, reboot } = machine();
    look(seen([container()]));
    reboot(MINUTE);
    look(metrics(50), MINUTE);
    look(seen([container({ state: 'exited', exitCode: 137 })], [repository({ state: 'daemon-up' })]));
    look(seen([container()]));
    expect(told()).toEqual(['booted 1 over']);
  });

  it('tells no operation that there was before the first look, whichever part that saw', () => {
    const { look, told } = machine();
    const old = operation(4, { state: 'failed', endedAt: NOW });
    look(metrics(50));
    look(seen([], [repository()], [old]));
    look(seen([], [repository()], [operation(5, { state: 'failed', endedAt: NOW }), old]));
    expect(told()).toEqual(['operation-ended 1 over']);
  });

  it('ends what is over after a time in which nobody looked, and says that the moment is not known', () => {
    const { look, lines } = machine();
    look(seen([container()]));
    look(seen([container({ state: 'exited', exitCode: 1 })]));
    look(seen([container()]), 3 * HOUR);
    expect(lines.slice(1)).toMatchObject([
      { kind: 'container-died', ended: { uncertain: 3 * HOUR } },
      { kind: 'not-watched', milliseconds: 3 * HOUR, level: 'ok' },
    ]);
  });

  it('tells an operation once, by its verdict, also one that ended while nobody looked', () => {
    const { look, lines, told } = machine();
    const old = operation(1, { state: 'failed', endedAt: NOW });
    look(seen([], [repository()], [old]));
    const ended = operation(2, {
      ...{ state: 'failed', endedAt: NOW + 5 * SECOND },
      verdict: { kind: 'failed', failures: [], notRun: [], error: { code: 'x', details: {}, message: 'm' } },
    });
    look(seen([], [repository()], [ended, old]), HOUR);
    look(seen([], [repository()], [ended, old]));
    expect(told()).toEqual(['not-watched 1 over', 'operation-ended 1 over']);
    expect(lines.at(-1)).toMatchObject({ level: 'error', milliseconds: 5000, error: { code: 'x' } });
  });

  it('believes that an operation is lost at the second look only', () => {
    const { look, told } = machine();
    look(seen([]));
    look(seen([], [repository()], [operation(1, { state: 'lost' })]));
    look(seen([], [repository()], [operation(1)]));
    expect(told()).toEqual([]);
    look(seen([], [repository()], [operation(1, { state: 'lost' })]));
    look(seen([], [repository()], [operation(1, { state: 'lost' })]));
    look(seen([], [repository()], [operation(1, { state: 'lost' })]));
    expect(told()).toEqual(['operation-ended 1 over']);
  });

  it('tells a key of autostart that would not open its volume, until it does', () => {
    const { look, told, lines } = machine();
    const error = { code: 'autostart-slot-empty', details: { name: 'shop' }, message: '' };
    const autostart = (problems: (typeof error)[]): JournalObservation => ({
      autostart: { unit: {}, repositories: [{ ...shop, problems }] },
    });
    look(autostart([error]));
    look({});
    look(autostart([]));
    expect(told()).toEqual(['autostart-broken 1 over']);
    expect(lines[0]).toMatchObject({ subject: { repository: shop }, error });
  });
});
