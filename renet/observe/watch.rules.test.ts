// On true files and sockets: the machine of a repository in a folder is watched over a true stream.

import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createFrameDecoder } from '../../shared/protocol/frames.ts';
import type { WatchState } from '../../shared/protocol/observation.ts';
import { STATE_COST } from '../../shared/protocol/protocol.ts';
import { fromAgentSchema } from '../../shared/protocol/answers.ts';
import { dockerDouble } from '../../tests/support/dockerDouble.ts';
import { giveNetworkId, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { dockerSocket, operationsFolder } from '../paths.ts';
import { createStreams } from './streams.ts';
import type { StreamSink } from './streams.ts';
import { createMachineWatch } from './watch.ts';
import { arrival } from '../../tests/support/arrival.ts';

/** A network id for the test with a daemon alone: the socket of the usual one is not there. */
const WITH_DAEMON = 962_880;

let repository: NativeRepository;
beforeEach(() => {
  repository = makeRepository({});
});
afterEach(() => repository.remove());

/** Watches the machine of the repository over a true stream. */
function watchNative(machine = repository.machine, watch = createMachineWatch(machine)) {
  const states: WatchState[] = [];
  let wake: () => void = () => undefined;
  const decode = createFrameDecoder();
  const streams = createStreams((frame) => {
    for (const part of decode(frame)) {
      const message = fromAgentSchema.parse(part.kind === 'json' ? part.value : undefined);
      if (message.type === 'stream-state') states.push(message.state);
    }
    wake();
    return Promise.resolve();
  });
  const stream = streams.open((sink) => watch.push(sink));
  /** Waits for the first state for which `isSo` is true. */
  const until = async (isSo: (state: WatchState) => boolean): Promise<WatchState> => {
    for (;;) {
      const found = states.find(isSo);
      if (found !== undefined) return found;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await arrival('the awaited state', woken, () => `the last is ${JSON.stringify(states.at(-1))}`);
    }
  };
  return {
    states,
    until,
    take: () => streams.credit(stream, STATE_COST),
    close: () => streams.close(stream),
  };
}

/** Returns how many folders this process watches: a reading that goes on watches some. */
const watchedFolders = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'FSEventWrap').length;

describe('a watched machine', () => {
  it('tells everything at first, then what an operation changed', async () => {
    const watched = watchNative();
    const first = await watched.until(() => true);
    expect(first).toMatchObject({
      metrics: { cpus: expect.any(Number) as number },
      repositories: [{ guid: repository.guid, state: 'mounted' }],
      containers: [],
      operations: [],
    });
    const feed = setInterval(watched.take, 10);
    const { verdict } = await repository.run('mount');
    expect(verdict?.kind).toBe('succeeded');
    const ended = await watched.until(({ operations }) => operations?.[0]?.state === 'succeeded');
    expect(ended).toMatchObject({ operations: [{ verb: 'mount', repository: { guid: repository.guid } }] });
    expect(ended.repositories?.[0]?.lastOperation?.verb).toBe('mount');
    clearInterval(feed);
    watched.close();
  });

  it('tells when a service begins to listen, which nobody pushes', async () => {
    repository.write({
      Rediaccfile: '',
      'compose.yml': 'services: {api: {image: x}}',
      '.rediacc.json': '{"services": {"api": {"slot": 20}}}',
    });
    const watched = watchNative();
    const feed = setInterval(watched.take, 10);
    const listening = ({ repositories }: WatchState): readonly number[] =>
      repositories?.[0]?.services[0]?.listening ?? [];
    await watched.until(({ repositories }) => repositories !== undefined);
    const server = createServer().listen(0, '127.0.11.22');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(listening(await watched.until((state) => listening(state).includes(port)))).toContain(port);
    server.close();
    clearInterval(feed);
    watched.close();
  });

  it('leaves out what is as it was', async () => {
    // The listeners of a closed repository are not looked at; other tests listen on the addresses of this one.
    repository.flags.mounted = false;
    const watched = watchNative();
    await watched.until(({ repositories }) => repositories !== undefined);
    watched.take();
    const next = await watched.until((state) => state !== watched.states[0]);
    expect(Object.keys(next).sort()).toEqual(['at', 'metrics']);
    watched.close();
  });

  it('goes on when it could not be read for a moment', async () => {
    const { volumes } = repository.machine;
    let failures = 3;
    const isMounted: typeof volumes.isMounted = (guid) =>
      failures-- > 0 ? Promise.reject(new Error('gone in between')) : volumes.isMounted(guid);
    const watched = watchNative({ ...repository.machine, volumes: { ...volumes, isMounted } });
    const first = await watched.until(({ repositories }) => repositories !== undefined);
    expect(first.repositories).toMatchObject([{ guid: repository.guid }]);
    expect(failures).toBeLessThan(0);
    watched.close();
  });

  it('lists a repository whose daemon does not answer, and says so', async () => {
    repository.flags.daemon = true;
    const watched = watchNative();
    const { repositories } = await watched.until((state) => state.repositories !== undefined);
    expect(repositories).toMatchObject([{ guid: repository.guid, problem: { code: 'daemon-not-running' } }]);
    watched.close();
  });

  it('gives a slow reader the newest state, not a queue', async () => {
    const watch = createMachineWatch(repository.machine);
    const watched = watchNative(repository.machine, watch);
    const other = watchNative(repository.machine, watch);
    const feed = setInterval(other.take, 10);
    const succeeded = Array.from({ length: 3 }, () => 'succeeded');
    const isDone = ({ operations }: WatchState): boolean =>
      operations?.filter(({ state }) => state === 'succeeded').length === 3;
    await watched.until(() => watched.states.length === 2);
    // The reader grants no credit: two states are under way, and no third one is sent whatever happens.
    for (let run = 0; run < 3; run += 1) await repository.run('mount');
    await other.until(isDone);
    expect(watched.states.length).toBe(2);
    watched.take();
    const third = await watched.until(() => watched.states.length === 3).then(() => watched.states[2]);
    expect(third?.operations?.map(({ state }) => state)).toEqual(succeeded);
    clearInterval(feed);
    for (const one of [watched, other]) one.close();
  });

  it('is read once for everybody who watches, and tells who comes later everything at first', async () => {
    const watch = createMachineWatch(repository.machine);
    const [first, second] = [watchNative(undefined, watch), watchNative(undefined, watch)];
    await first.until(() => true);
    // The same to the millisecond, as no two readings are.
    expect(await second.until(() => true)).toEqual(first.states[0]);
    const late = watchNative(undefined, watch);
    const everything = Object.keys(first.states[0] ?? {}).sort();
    expect(Object.keys(await late.until(() => true)).sort()).toEqual(everything);
    for (const one of [first, second, late]) one.close();
    const again = watchNative(undefined, watch);
    expect(Object.keys(await again.until(() => true)).sort()).toEqual(everything);
    again.close();
  });

  it('tells the machine itself of its figures at the pace of rest while people watch', async () => {
    const watch = createMachineWatch(repository.machine);
    const stop = new AbortController();
    const pauses: number[] = [];
    let before = performance.now();
    const followed = watch.follow((parts) => {
      const now = performance.now();
      if (parts.repositories === undefined) pauses.push(now - before);
      before = now;
    }, stop.signal);
    const watched = watchNative(undefined, watch);
    const feed = setInterval(watched.take, 10);
    await watched.until(() => watched.states.length >= 4);
    stop.abort();
    await followed;
    expect(pauses.filter((pause) => pause < 7_000)).toEqual([]);
    clearInterval(feed);
    watched.close();
  });

  it('is read no more once nobody watches, also after a reading that failed', async () => {
    const { volumes } = repository.machine;
    const silent = new AppError('datastore-silent', { path: '/mnt' });
    const logs = operationsFolder(repository.machine.paths);
    mkdirSync(logs);
    let isFailing = false;
    const isMounted: typeof volumes.isMounted = (guid) =>
      isFailing ? Promise.reject(silent) : volumes.isMounted(guid);
    const watch = createMachineWatch({ ...repository.machine, volumes: { ...volumes, isMounted } });
    const stops = [new AbortController(), new AbortController()] as const;
    let endFirst: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      endFirst = resolve;
    });
    // The first is slow to take what it gets, and hears of the failure after the second has begun.
    let isSent = false;
    const state = (): Promise<void> => {
      isSent = true;
      return held;
    };
    const first = watch.push({ signal: stops[0].signal, state } as unknown as StreamSink);
    await expect.poll(() => isSent).toBe(true);
    isFailing = true;
    const other = watch.follow(() => undefined, stops[0].signal);
    mkdirSync(join(logs, randomUUID()));
    await expect(other).rejects.toBe(silent);
    isFailing = false;
    let taken = 0;
    const second = watch.follow(() => (taken += 1), stops[1].signal);
    await expect.poll(() => taken).toBeGreaterThan(0);
    stops[1].abort();
    await second;
    endFirst();
    await expect(first).rejects.toBe(silent);
    await expect.poll(watchedFolders).toBe(0);
  });

  it('tells of a crash loop when it begins, and of its end, at which nothing happens', async () => {
    repository.write({ Rediaccfile: '', 'compose.yml': 'services: {api: {image: x}}' });
    repository.write({ '.rediacc.json': '{"services": {"api": {"slot": 0}}}' });
    giveNetworkId(repository, WITH_DAEMON);
    const api = {
      ...{ id: 'api', name: 'shop-api-1', state: 'running', status: 'Up 14 seconds' },
      labels: { 'com.docker.compose.service': 'api' },
    };
    const daemon = await dockerDouble(dockerSocket(WITH_DAEMON), [api]);
    repository.flags.daemon = true;
    const watched = watchNative();
    const feed = setInterval(watched.take, 10);
    const state = ({ repositories }: WatchState): string | undefined => repositories?.[0]?.state;
    await watched.until((one) => state(one) === 'running');
    // The tenth quiet minute is nearly over.
    const startedAt = Date.now() - 10 * 60_000 + 5_000;
    daemon.containers = [{ ...api, restarts: 3, startedAt, ended: [3] }];
    daemon.changed();
    const looping = await watched.until((one) => state(one) === 'degraded');
    expect(looping.containers).toMatchObject([{ restarts: 3, crashLoop: { restarts: 3, exitCode: 3 } }]);
    const from = watched.states.length;
    await watched.until((one) => watched.states.indexOf(one) >= from && state(one) === 'running');
    expect(Date.now()).toBeGreaterThanOrEqual(startedAt + 10 * 60_000);
    clearInterval(feed);
    watched.close();
    daemon.close();
  });
});
