import { expect, test } from 'vitest';
import { METRICS_KEPT } from '../../shared/api/apiModel.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import type { MachineInfo } from '../../shared/model.ts';
import type { Metrics } from '../../shared/protocol/observation.ts';
import { createManualClock } from '../../tests/support/manualClock.ts';
import type { WatchListener } from '../engine/engine.ts';
import { withResolvers } from '../engine/resolvers.ts';
import { watchIntoProjection } from './machineWatch.ts';
import { createProjection } from './projection.ts';

const key = { context: 'work', name: 'web' };
const machine = {
  ...{ name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
};

const died: JournalEntry = {
  ...{ n: 3, entry: 3, kind: 'container-died', level: 'error', subject: {}, count: 1, details: {} },
  began: { at: 5, boot: { id: 'one', uptime: 5 } },
};

/** Watches a machine; the test tells what the engine would, through the listeners in `begun`. */
function build() {
  const clock = createManualClock();
  const projection = createProjection(() => undefined);
  const connection = { state: 'connecting' as const, since: clock.now() };
  projection.add({ machine: { ...machine, context: 'work' }, connection, metrics: [] });
  const begun: { listener: WatchListener; signal: AbortSignal; fail: (error: AppError) => void }[] = [];
  const followed: AbortSignal[] = [];
  let version = 0;
  const watch = watchIntoProjection(
    {
      clock,
      projection,
      engine: {
        watch: (_, listener, signal) => {
          const { promise, reject } = withResolvers<undefined>();
          begun.push({ listener, signal, fail: reject });
          return promise;
        },
        request: () => Promise.resolve({ agent: `1.0.${++version}` } as MachineInfo as never),
        lastSeen: () => Promise.resolve(clock.now() - 7),
        events: (_, { follow = false, after }, reader, signal) => {
          if (after === undefined) void reader.onEntry(died);
          followed.push(signal);
          return follow ? withResolvers<undefined>().promise : Promise.resolve();
        },
      },
      seenJournals: {
        read: () => Promise.resolve({ known: 2, unseen: [] }),
        note: () => undefined,
        keep: () => Promise.resolve(),
      },
      isLooked: () => true,
    },
    { context: 'work', machine, sshKey: '/keys/id' },
  );
  const state = (): MachineState | undefined => projection.get(key);
  /** Returns the listener, the signal and the way to fail of the nth watch that was begun. */
  const nth = (at: number): (typeof begun)[number] => {
    const found = begun[at];
    if (!found) throw new Error(`only ${begun.length} watches were begun`);
    return found;
  };
  return { clock, projection, watch, begun, nth, state, followed };
}

const settle = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 0));

function metrics(at: number): Metrics {
  const space = { total: 10, available: 5 };
  return {
    ...{ at, cpu: 0.5, cpus: 2, load: [0, 0, 0], memory: space, uptime: 60 },
    ...{ datastore: { path: '/mnt/rediacc', ...space }, network: { in: 0, out: 0 } },
  };
}

test('the connection is shown as the engine tells it; what is told once is asked for once a connection', async () => {
  const { clock, nth, state } = build();
  const { listener } = nth(0);
  listener.onConnection?.({ state: 'connected', since: 5, latency: 3 });
  listener.onConnection?.({ state: 'connected', since: 5, latency: 4 });
  await settle();
  expect(state()).toMatchObject({
    connection: { state: 'connected', since: 5, latency: 4 },
    info: { agent: '1.0.1' },
  });
  const error = new AppError('connection-lost', { host: 'web.test', reason: 'reset' });
  listener.onConnection?.({ state: 'offline', since: 9, error, retryAt: 20 });
  await settle();
  expect(state()).toMatchObject({
    connection: { state: 'offline', since: 9, retryAt: 20, error: { code: 'connection-lost' } },
    lastSeen: clock.now() - 7,
    info: { agent: '1.0.1' },
  });
  listener.onConnection?.({ state: 'connected', since: 30 });
  await settle();
  expect(state()?.info?.agent).toBe('1.0.2');
});

test('looks are kept by this computer’s clock, the newest and no more than are drawn', async () => {
  const { clock, nth, state } = build();
  const ahead = 3_600_000;
  for (let look = 0; look < METRICS_KEPT + 5; look++) {
    clock.advance(2_000);
    const at = clock.now() + ahead;
    await nth(0).listener.onState({ at, metrics: metrics(at - 1) });
  }
  expect(state()?.metrics.length).toBe(METRICS_KEPT);
  expect(state()?.metrics.at(-1)?.at).toBe(clock.now() - 1);
  expect(state()?.metrics[0]?.at).toBe(clock.now() - 1 - (METRICS_KEPT - 1) * 2_000);
});

test('only the parts that were pushed change', async () => {
  const { nth, state } = build();
  const { listener } = nth(0);
  await listener.onState({ at: 1, repositories: [], operations: [] });
  await listener.onState({ at: 2, containers: [] });
  expect(state()).toMatchObject({ repositories: [], operations: [], containers: [], metrics: [] });
});

test('what ended for a person’s sake begins anew when it may be mended, once, and tells nothing before', async () => {
  const { nth, begun, state, watch } = build();
  watch.renew();
  expect(begun.length).toBe(1);
  const error = new AppError('machine-not-set-up', { machine: 'web', missing: 'renet' });
  nth(0).listener.onConnection?.({ state: 'offline', since: 1, error });
  nth(0).fail(error);
  await settle();
  expect(state()).toMatchObject({ connection: { state: 'offline', error: { code: 'machine-not-set-up' } } });
  expect(state()).not.toHaveProperty('info');
  watch.renew();
  watch.renew();
  expect(begun.length).toBe(2);
  nth(1).listener.onConnection?.({ state: 'connected', since: 2 });
  await settle();
  expect(state()?.info?.agent).toBe('1.0.1');
  watch.renew();
  await settle();
  expect(state()?.info?.agent).toBe('1.0.2');
  watch.stop();
  expect(nth(1).signal.aborted).toBe(true);
});

test('the difference of the clocks is the one that was measured last', async () => {
  const { nth, state } = build();
  const { listener } = nth(0);
  listener.onConnection?.({ state: 'connected', since: 5, latency: 3 });
  await expect.poll(() => state()?.info).toBeDefined();
  void listener.onState({ at: 0, clockAhead: 3_600_000 });
  expect(state()?.info).toMatchObject({ agent: '1.0.1', clockAhead: 3_600_000 });
});

test('the journal is followed while the machine is connected, and what was missed is shown', async () => {
  const { nth, state, followed, watch } = build();
  const { listener } = nth(0);
  expect(followed.length).toBe(0);
  listener.onConnection?.({ state: 'connected', since: 5 });
  listener.onConnection?.({ state: 'connected', since: 5, latency: 4 });
  await expect.poll(() => followed.length).toBe(2);
  expect(state()?.journal).toMatchObject({ newest: 3, away: { count: 1, upto: 3, entries: [{ n: 3 }] } });
  listener.onConnection?.({ state: 'offline', since: 9 });
  expect(followed[1]?.aborted).toBe(true);
  expect(state()?.journal?.newest).toBe(3);
  listener.onConnection?.({ state: 'connected', since: 12 });
  await expect.poll(() => followed.length).toBeGreaterThan(3);
  watch.stop();
  expect(followed.at(-1)?.aborted).toBe(true);
});
