import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { WatchState } from '../../../shared/protocol/observation.ts';
import { STATE_COST } from '../../../shared/protocol/protocol.ts';
import { createManualClock } from '../../../tests/support/manualClock.ts';
import type { ScriptedAgent } from '../../../tests/support/scriptedAgent.ts';
import { createScriptedMachine } from '../../../tests/support/scriptedMachine.ts';
import { createEngine } from '../engine.ts';
import type { Engine, WatchConnection, WatchListener } from '../engine.ts';
import { withResolvers } from '../resolvers.ts';
import { arrival } from '../../../tests/support/arrival.ts';

const web = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};

let folder: string;
let engine: Engine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-'));
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Makes a machine whose agents open a watch as stream 1, and then send what the test tells them to. */
function build() {
  const clock = createManualClock();
  const opened: ScriptedAgent[] = [];
  let onOpened: () => void = () => undefined;
  const machine = createScriptedMachine({
    onRequest: (request, agent) => {
      if (request.method !== 'machine.watch') return false;
      agent.answer(request, { stream: 1 });
      opened.push(agent);
      onOpened();
      return true;
    },
  });
  const { access } = machine;
  engine = createEngine({
    access,
    clock,
    random: () => 1,
    stateFolder: folder,
    by: 'ana@laptop',
    version: '1.0.0',
  });
  const nthOpened = async (count: number): Promise<ScriptedAgent> => {
    for (;;) {
      const agent = opened[count - 1];
      if (agent !== undefined) return agent;
      const woken = new Promise<void>((resolve) => {
        onOpened = resolve;
      });
      await arrival(`agent ${count}`, woken);
    }
  };
  return { clock, machine, nthOpened };
}

const push = (agent: ScriptedAgent, state: WatchState): void =>
  agent.send({ type: 'stream-state', stream: 1, state });

/** Watches the machine, and keeps what the listener was told. */
function watch(onState?: WatchListener['onState']) {
  const controller = new AbortController();
  const told: (WatchConnection | WatchState)[] = [];
  const watchers = new Set<() => void>();
  const note = (one: WatchConnection | WatchState): void => {
    told.push(one);
    for (const look of [...watchers]) look();
  };
  const ended = engine.watch(
    web,
    {
      onState: async (state) => {
        note(state);
        await onState?.(state);
      },
      onConnection: note,
    },
    controller.signal,
  );
  const until = (isSo: (one: WatchConnection | WatchState) => boolean): Promise<void> => {
    const isTold = new Promise<void>((resolve) => {
      const look = (): void => {
        if (told.some(isSo)) resolve();
      };
      watchers.add(look);
      look();
    });
    return arrival('what is waited for', isTold, () => `told was ${JSON.stringify(told)}`);
  };
  return { told, ended, until, stop: () => controller.abort() };
}

const isAt =
  (at: number) =>
  (one: WatchConnection | WatchState): boolean =>
    'at' in one && one.at === at;

describe('watch', () => {
  test('tells states as they come, ends at the signal, and closes the stream', async () => {
    const { clock, nthOpened } = build();
    const watched = watch();
    const agent = await nthOpened(1);
    push(agent, { at: 1, repositories: [], operations: [] });
    push(agent, { at: 2, containers: [] });
    await watched.until(isAt(2));
    watched.stop();
    await watched.ended;
    expect(watched.told).toEqual([
      { state: 'connecting', since: clock.now() },
      { state: 'connected', since: clock.now(), latency: 0 },
      { at: 1, repositories: [], operations: [] },
      { at: 2, containers: [] },
    ]);
    expect(await agent.next('close-stream')).toEqual({ type: 'close-stream', stream: 1 });
  });

  test('a cut is told with its reason and the next try, and everything comes anew', async () => {
    const { clock, machine, nthOpened } = build();
    const began = clock.now();
    const watched = watch();
    push(await nthOpened(1), { at: 1, repositories: [] });
    await watched.until(isAt(1));
    clock.advance(60_000);
    machine.refuseNext(
      new AppError('machine-unreachable', { host: 'web.test', port: 22, reason: 'no route' }),
    );
    machine.cut();
    await clock.awaited(500);
    clock.advance(500);
    await clock.awaited(1000);
    clock.advance(1000);
    push(await nthOpened(2), { at: 2, repositories: [] });
    await watched.until(isAt(2));
    watched.stop();
    await watched.ended;
    const cut = began + 60_000;
    const lost = expect.objectContaining({ code: 'connection-lost' }) as AppError;
    const unreachable = expect.objectContaining({ code: 'machine-unreachable' }) as AppError;
    expect(watched.told).toEqual([
      { state: 'connecting', since: began },
      { state: 'connected', since: began, latency: 0 },
      { at: 1, repositories: [] },
      { state: 'offline', since: cut, error: lost, retryAt: cut + 500 },
      { state: 'connecting', since: cut, error: lost },
      { state: 'offline', since: cut, error: unreachable, retryAt: cut + 1500 },
      { state: 'connecting', since: cut, error: unreachable },
      { state: 'connected', since: cut + 1500, latency: 0 },
      { at: 2, repositories: [] },
    ]);
  });

  test('grants the agent a state again only when the reader is done with one', async () => {
    const { nthOpened } = build();
    const done = withResolvers<undefined>();
    const watched = watch(() => done.promise);
    const agent = await nthOpened(1);
    push(agent, { at: 1 });
    push(agent, { at: 2 });
    await watched.until(isAt(1));
    expect(agent.received.filter(({ type }) => type === 'credit')).toEqual([]);
    done.resolve(undefined);
    expect(await agent.next('credit')).toEqual({ type: 'credit', stream: 1, bytes: STATE_COST });
    watched.stop();
    await watched.ended;
  });

  test('a stream that the machine broke off is opened again, later and later', async () => {
    const { clock, nthOpened } = build();
    const watched = watch();
    const reason = { code: 'internal', details: { reason: 'disk' }, message: 'disk' };
    const breakOff = async (nth: number): Promise<void> =>
      (await nthOpened(nth)).send({ type: 'stream-end', stream: 1, reason: 'error', error: reason });
    for (const [nth, delay] of [500, 1000, 2000].entries()) {
      await breakOff(nth + 1);
      await clock.awaited(delay);
      expect(watched.told.at(-1)).toMatchObject({
        ...{ state: 'offline', error: { code: 'internal' }, retryAt: clock.now() + delay },
      });
      clock.advance(delay);
    }
    push(await nthOpened(4), { at: 4 });
    await watched.until(isAt(4));
    watched.stop();
    await watched.ended;
  });

  test.each(['key-refused', 'host-key-changed', 'machine-not-set-up'] as const)(
    'ends with %s, which trying again does not mend',
    async (code) => {
      const { machine } = build();
      machine.refuseNext(new AppError(code, {}));
      const watched = watch();
      await expect(watched.ended).rejects.toMatchObject({ code });
      expect(watched.told.at(-1)).toMatchObject({ state: 'offline', error: { code } });
      expect(watched.told.at(-1)).not.toHaveProperty('retryAt');
    },
  );
});
