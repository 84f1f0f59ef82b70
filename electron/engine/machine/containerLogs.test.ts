import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError, toWire } from '../../../shared/errors.ts';
import { arrival } from '../../../tests/support/arrival.ts';
import { createManualClock } from '../../../tests/support/manualClock.ts';
import type { AgentRequest, ScriptedAgent } from '../../../tests/support/scriptedAgent.ts';
import { createScriptedMachine } from '../../../tests/support/scriptedMachine.ts';
import { createEngine } from '../engine.ts';
import type { ConnectionState, Engine } from '../engine.ts';

const web = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};
const STREAM = 3;
const ENDING = toWire(new AppError('connection-lost', { host: 'web', reason: 'renet-ending' }));
const place = (seen: number) => ({ since: '1790000000.000000000', seen, last: '1790000001.000000007' });

let folder: string;
let engine: Engine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-'));
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Makes a machine whose agents open streams, and then send what the test tells them to. */
function build() {
  const clock = createManualClock();
  const asked: { request: AgentRequest; agent: ScriptedAgent }[] = [];
  let wake: () => void = () => undefined;
  const machine = createScriptedMachine({
    onRequest: (request, agent) => {
      asked.push({ request, agent });
      // Each stream of a channel has its own number.
      agent.answer(request, {
        stream: request.method === 'containers.logs' ? STREAM : STREAM + asked.length,
      });
      wake();
      return true;
    },
  });
  engine = createEngine({
    ...{ access: machine.access, clock, random: () => 1, stateFolder: folder },
    ...{ by: 'ana@laptop', version: '1.0.0' },
  });
  /** Waits for so many requests and returns the last of them. */
  const nth = async (count: number) => {
    for (;;) {
      const one = asked[count - 1];
      if (one !== undefined) return one;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await arrival(`request ${count}`, woken);
    }
  };
  const wait = async (milliseconds: number): Promise<void> => {
    await clock.awaited(milliseconds);
    clock.advance(milliseconds);
  };
  return { clock, machine, nth, wait, asked };
}

function read(follow = true, onConnection?: (state: ConnectionState) => void) {
  const stop = new AbortController();
  const states: ConnectionState[] = [];
  let text = '';
  let wake: () => void = () => undefined;
  const reader = {
    onOutput: (bytes: Uint8Array): void => {
      text += Buffer.from(bytes).toString();
      wake();
    },
    onConnection: (state: ConnectionState): void => {
      states.push(state);
      onConnection?.(state);
    },
  };
  const request = { repository: 'shop', tail: 5, follow };
  const ended = engine.containerLogs(web, request, reader, stop.signal);
  ended.catch(() => undefined);
  const until = async (wanted: string): Promise<void> => {
    while (text !== wanted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await arrival(JSON.stringify(wanted), woken, () => JSON.stringify(text));
    }
  };
  return { states, ended, until, text: () => text, stop: () => stop.abort() };
}

const say = (agent: ScriptedAgent, text: string): void => agent.sendBytes(STREAM, 0, Buffer.from(text));
const tellPlaces = (agent: ScriptedAgent, places: Record<string, ReturnType<typeof place>>): void =>
  agent.send({ type: 'stream-place', stream: STREAM, places });
const end = (agent: ScriptedAgent, error?: typeof ENDING): void =>
  agent.send({ type: 'stream-end', stream: STREAM, reason: error ? 'error' : 'closed', error });

describe("containers' logs that are followed", () => {
  test.each([
    ['stops', (agent: ScriptedAgent) => end(agent, ENDING)],
    ['dies', (agent: ScriptedAgent) => agent.exit(0)],
    ['loses its connection', (agent: ScriptedAgent) => agent.cut()],
  ])('go on from their place when the agent %s, with what came without its place', async (_, ends) => {
    const { nth, wait } = build();
    const reading = read();
    const first = await nth(1);
    expect(first.request.params).toEqual({ repository: 'shop', tail: 5, follow: true, from: {} });
    tellPlaces(first.agent, { api: place(0) });
    say(first.agent, 'one\n');
    tellPlaces(first.agent, { api: place(1), db: place(4) });
    say(first.agent, 'tw');
    ends(first.agent);
    await wait(500);
    const second = await nth(2);
    expect(second.request.params).toMatchObject({ from: { api: place(1), db: place(4) } });
    expect(reading.text()).toBe('one\n');
    tellPlaces(second.agent, {});
    say(second.agent, 'two\n');
    tellPlaces(second.agent, { api: place(2) });
    await reading.until('one\ntwo\n');
    // All containers have ended: nothing more is to come.
    end(second.agent);
    await reading.ended;
    expect(reading.states.map(({ connected }) => connected)).toEqual([true, false, true]);
  });

  test('end at the signal while there is no agent', async () => {
    const { clock, nth } = build();
    const reading = read();
    const { agent } = await nth(1);
    tellPlaces(agent, {});
    agent.exit(0);
    await clock.awaited(500);
    reading.stop();
    await reading.ended;
  });

  test('of an agent that tells no places come at once, and fail with the connection', async () => {
    const { nth } = build();
    const reading = read();
    const { agent } = await nth(1);
    say(agent, 'one\n');
    await reading.until('one\n');
    agent.exit(0);
    await expect(reading.ended).rejects.toMatchObject({ code: 'connection-lost' });
  });

  test('are not gone on with by an agent that tells no places', async () => {
    const { nth, wait } = build();
    const reading = read();
    const first = await nth(1);
    tellPlaces(first.agent, { api: place(0) });
    first.agent.exit(0);
    await wait(500);
    const second = await nth(2);
    say(second.agent, 'all of it again\n');
    second.agent.exit(0);
    await expect(reading.ended).rejects.toMatchObject({ code: 'connection-lost' });
  });

  test('go on when the next agent dies before its first place too', async () => {
    const { nth, wait } = build();
    const reading = read();
    const first = await nth(1);
    tellPlaces(first.agent, { api: place(0) });
    say(first.agent, 'one\n');
    tellPlaces(first.agent, { api: place(1) });
    await reading.until('one\n');
    first.agent.exit(0);
    await wait(500);
    (await nth(2)).agent.exit(0);
    await wait(1_000);
    const third = await nth(3);
    expect(third.request.params).toMatchObject({ from: { api: place(1) } });
    tellPlaces(third.agent, {});
    say(third.agent, 'two\n');
    tellPlaces(third.agent, { api: place(2) });
    await reading.until('one\ntwo\n');
    end(third.agent);
    await reading.ended;
  });

  test('fail with what keeps them from going on', async () => {
    const { nth, wait, machine } = build();
    const reading = read();
    const { agent } = await nth(1);
    tellPlaces(agent, {});
    machine.refuseNext(new AppError('key-refused'));
    agent.cut();
    await wait(500);
    await expect(reading.ended).rejects.toMatchObject({ code: 'key-refused' });
  });
});

test("containers' logs that are read once fail when the agent stops before their end", async () => {
  const { nth } = build();
  const reading = read(false);
  const { agent, request } = await nth(1);
  expect(request.params).toEqual({ repository: 'shop', tail: 5, follow: false });
  say(agent, 'one\n');
  end(agent, ENDING);
  await expect(reading.ended).rejects.toMatchObject({
    ...{ code: 'connection-lost', details: { reason: 'renet-ending' } },
  });
});

test('everything that is followed has joined the next agent within two seconds of the death of one', async () => {
  const { clock, machine, asked, nth } = build();
  const stop = new AbortController();
  const { signal } = stop;
  const nothing = (): void => undefined;
  let lost = 0;
  let allLost: () => void = nothing;
  const isLost = new Promise<void>((resolve) => {
    allLost = resolve;
  });
  const onConnection = (state: { connected?: boolean; state?: string }): void => {
    if (state.connected === false || state.state === 'offline') lost += 1;
    if (lost === 4) allLost();
  };
  const reading = read(true, onConnection);
  const followed = [
    reading.ended,
    engine.watch(web, { onState: nothing, onConnection }, signal),
    engine.events(web, { follow: true }, { onEntry: nothing, onConnection }, signal),
    engine.follow(web, 'op', { onEvent: nothing, onOutput: nothing, onConnection, signal }).catch(nothing),
  ];
  await nth(4);
  const methods = (from: number): string[] =>
    asked
      .slice(from)
      .map(({ request }) => request.method)
      .sort();
  const all = methods(0);
  for (const { agent } of asked) tellPlaces(agent, {});
  const died = clock.now();
  for (const { agent } of machine.agents) agent.exit(1, 'socat[7] E read(5, 0x55, 8192): Connection reset');
  await arrival('the loss of all', isLost);
  clock.advance(500);
  await nth(8);
  expect(methods(4)).toEqual(all);
  expect(clock.now() - died).toBeLessThanOrEqual(2_000);
  stop.abort();
  reading.stop();
  await Promise.all(followed);
});
