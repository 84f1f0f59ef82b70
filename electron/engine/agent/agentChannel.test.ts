import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { encodeJson } from '../../../shared/protocol/frames.ts';
import type { OperationEvent } from '../../../shared/model.ts';
import {
  EVENTS_AHEAD,
  HELLO_MAGIC,
  PROTOCOL_VERSION,
  STREAM_WINDOW,
} from '../../../shared/protocol/protocol.ts';
import { arrival } from '../../../tests/support/arrival.ts';
import { createManualClock } from '../../../tests/support/manualClock.ts';
import { startScriptedAgent } from '../../../tests/support/scriptedAgent.ts';
import type { AgentScript, ScriptedAgent } from '../../../tests/support/scriptedAgent.ts';
import { openAgentChannel } from './agentChannel.ts';
import { withResolvers } from '../resolvers.ts';

const GUID = '2d25d88d-e186-48b0-aff3-500528150a52';
const machine = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};

const machineInfo = {
  ...{ hostname: 'web', os: '', kernel: '', architecture: '', uptime: 1, bootId: 'boot', cpus: 1, load: [] },
  ...{ memoryTotal: 1, memoryAvailable: 1, datastore: { path: '/', total: 1, available: 1 } },
  ...{ agent: '1.0.0', node: '20', repositories: 0 },
};

/** Starts an agent and begins to open a channel to it. */
function open(script: AgentScript = {}) {
  const clock = createManualClock();
  const agent = startScriptedAgent(script);
  const silent = withResolvers<true>();
  const channel = openAgentChannel(agent.process, {
    machine,
    version: '2.0.0',
    clock,
    onHeard: () => undefined,
    onSilent: () => silent.resolve(true),
  });
  return { clock, agent, channel, silent: silent.promise };
}

/** Opens a channel whose agent has said hello. */
async function connect(script: AgentScript = {}) {
  const opened = open(script);
  opened.agent.sayHello();
  return { ...opened, channel: await opened.channel };
}

/** Returns the code and the details of the error that a promise fails with. */
async function failure(work: Promise<unknown>): Promise<{ code: string; details: object }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('it did not fail');
}

describe('hello', () => {
  test('noise before it is skipped, in whatever cut the bytes come', async () => {
    const { agent, channel } = open();
    agent.write('Welcome to web!\r\n\u0000renet-hel');
    agent.write('but not quite\n');
    const hello = { type: 'hello', version: '1.0.0', protocol: PROTOCOL_VERSION, bootId: 'boot' };
    for (const byte of Buffer.concat([Buffer.from(HELLO_MAGIC), encodeJson(hello)])) {
      agent.write(Uint8Array.of(byte));
    }
    expect((await channel).hello).toEqual(hello);
  });

  test('no byte is written before it, however long it takes', async () => {
    const { agent, clock, channel } = open();
    agent.write('[sudo] password for deploy: ');
    clock.advance(29_000);
    expect(agent.bytesReceived()).toBe(0);
    agent.sayHello();
    void (await channel).request('machine.info', {}).catch(() => undefined);
    expect(await agent.next('request')).toMatchObject({ method: 'machine.info' });
  });

  test('one that does not come ends the attempt', async () => {
    const silent = open();
    silent.clock.advance(60_000);
    const noisy = open();
    noisy.agent.write(Buffer.alloc(64 * 1024 + 1, 'x'));
    expect([await failure(silent.channel), await failure(noisy.channel)]).toEqual([
      { code: 'connection-lost', details: { host: 'web.test', reason: 'no-answer' } },
      { code: 'protocol-violation', details: { reason: 'it did not say hello' } },
    ]);
    expect([silent.agent.killed(), noisy.agent.killed()]).toEqual([true, true]);
  });

  test.each([
    [PROTOCOL_VERSION - 1, 'agent-older'],
    [PROTOCOL_VERSION + 1, 'agent-newer'],
  ])('protocol %i is refused as %s', async (protocol, code) => {
    const { agent, channel } = open();
    agent.sayHello({ protocol });
    expect(await failure(channel)).toEqual({
      code,
      details: { machine: 'web', agent: '1.0.0', ours: '2.0.0' },
    });
    expect([agent.killed(), agent.bytesReceived()]).toEqual([true, 0]);
  });

  test.each([
    [127, 'bash: line 1: /usr/local/lib/rediacc/current/renet: No such file or directory', 'renet'],
    [1, 'sudo: /usr/local/lib/rediacc/current/renet: command not found', 'renet'],
    [127, "env: 'node': No such file or directory", 'node'],
  ])('exit %i, "%s": not set up, %s is missing', async (code, said, missing) => {
    const { agent, channel } = open();
    agent.exit(code, said);
    expect(await failure(channel)).toEqual({
      code: 'machine-not-set-up',
      details: { machine: 'web', missing },
    });
  });

  test('an agent that gives up says why; a connection that ends does not know', async () => {
    const refusing = open();
    refusing.agent.exit(4, 'renet needs root rights for this.\n');
    const cut = open();
    cut.agent.cut();
    expect([await failure(refusing.channel), await failure(cut.channel)]).toEqual([
      {
        code: 'command-failed',
        details: { command: 'renet serve', exitCode: 4, output: 'renet needs root rights for this.' },
      },
      { code: 'connection-lost', details: { host: 'web.test', reason: 'closed' } },
    ]);
  });
});

describe('requests', () => {
  test('run side by side and take their own answers, in any order', async () => {
    const { agent, channel } = await connect();
    const answers = Promise.all([
      channel.request('operation.cancel', { operation: 'a' }),
      channel.request('operation.list', {}),
      channel.request('operation.cancel', { operation: 'c' }),
    ]);
    const [first, second, third] = [
      await agent.next('request'),
      await agent.next('request'),
      await agent.next('request'),
    ];
    agent.answer(third, { ended: true });
    agent.answer(second, []);
    agent.answer(first, { ended: false });
    expect(await answers).toEqual([{ ended: false }, [], { ended: true }]);
  });

  test('an answer that is none is a violation of that request only', async () => {
    const { agent, channel } = await connect();
    const broken = channel.request('operation.cancel', { operation: 'a' });
    agent.answer(await agent.next('request'), { ended: 'perhaps' });
    expect(await failure(broken)).toMatchObject({ code: 'protocol-violation' });
    const sound = channel.request('operation.list', {});
    agent.answer(await agent.next('request'), []);
    expect(await sound).toEqual([]);
  });

  test('say first which version asks', async () => {
    const { agent, channel } = await connect();
    void channel.request('machine.info', {}).catch(() => undefined);
    await agent.next('request');
    expect(agent.received[0]).toEqual({ type: 'hello', version: '2.0.0', protocol: PROTOCOL_VERSION });
  });

  test('are answered by a newer agent: verbs, steps, events and states of later versions keep their names', async () => {
    const { agent, channel } = await connect();
    const listed = channel.request('operation.list', {});
    const head = {
      id: GUID,
      repository: { guid: GUID, name: 'shop' },
      origin: 'person',
      by: 'ann',
      startedAt: 1,
    };
    const step = { index: 0, kind: 'teleport', onFailure: 'stop' };
    const verdict = { kind: 'failed', failures: [], notRun: [step] };
    agent.answer(await agent.next('request'), [{ ...head, verb: 'relocate', state: 'failed', verdict }]);
    expect(await listed).toMatchObject([
      { verb: 'relocate', verdict: { notRun: [{ index: 0, kind: 'newer', name: 'teleport' }] } },
    ]);
    const status = channel.request('repository.status', { repository: 'shop' });
    const repository = {
      ...{ guid: GUID, name: 'shop', networkId: 2816, created: '', state: 'frozen', mounted: true },
      ...{ daemon: false, size: 1, path: '/', services: [], running: 0, autostart: { enabled: false } },
      notices: [{ code: 'from-later', details: {} }],
    };
    agent.answer(await agent.next('request'), repository);
    expect(await status).toMatchObject({
      state: 'unknown',
      notices: [{ code: 'from-later' }, { code: 'state-newer', details: { name: 'shop', state: 'frozen' } }],
    });
    const events: OperationEvent[] = [];
    const followed = channel.openStream(
      'operation.follow',
      { operation: GUID, from: { event: 0, output: 0 } },
      { onEvent: (event) => void events.push(event), onOutput: () => undefined },
    );
    agent.answer(await agent.next('request'), { stream: 1 });
    const { end } = await followed;
    const event = { n: 0, at: 1, output: 0 };
    for (const sent of [
      { ...event, type: 'started', operation: { ...head, verb: 'relocate' } },
      { ...event, n: 1, type: 'departed', place: 'elsewhere' },
      { ...event, n: 2, type: 'step-started', step },
    ])
      agent.write(encodeJson({ type: 'stream-event', stream: 1, event: sent }));
    agent.send({ type: 'stream-end', stream: 1, reason: 'lost' });
    await end;
    expect(events).toMatchObject([
      { type: 'started', operation: { verb: 'relocate' } },
      { n: 1, type: 'notice', notice: { code: 'departed', details: {} } },
      { type: 'step-started', step: { kind: 'newer', name: 'teleport' } },
    ]);
  });

  test('a refusal is the error it was; a code of a later version keeps its sentence', async () => {
    const { agent, channel } = await connect();
    const known = channel.request('repository.status', { repository: 'shop' });
    const details = { name: 'shop', machine: 'web' };
    const { id } = await agent.next('request');
    agent.send({ type: 'refusal', id, error: { code: 'repository-not-found', details, message: 'gone' } });
    expect(await failure(known)).toEqual({ code: 'repository-not-found', details });
    const later = channel.request('repository.status', { repository: 'shop' });
    const next = await agent.next('request');
    agent.send({
      type: 'refusal',
      id: next.id,
      error: { code: 'from-1999', details: {}, message: 'Too late.' },
    });
    expect(await failure(later)).toEqual({ code: 'internal', details: { reason: 'Too late.' } });
  });

  test.each(['answered', 'refused'])(
    'one that brought a secret is followed by more bytes than any program on the way reads at once, when %s',
    async (how) => {
      const { agent, channel } = await connect();
      const before = agent.bytesReceived();
      const params = {
        ...({ verb: 'down', repository: 'shop', options: {}, operation: GUID, by: 'anna' } as const),
        secret: Buffer.from('secret'),
      };
      const asked = channel.request('operation.start', params).catch(() => undefined);
      const { id } = await agent.next('request');
      expect(agent.bytesReceived() - before).toBeLessThan(1000);
      if (how === 'answered') agent.send({ type: 'answer', id, result: { operation: GUID } });
      else agent.send({ type: 'refusal', id, error: { code: 'wrong-passphrase', details: {}, message: '' } });
      await asked;
      await expect.poll(() => agent.bytesReceived() - before).toBeGreaterThan(128 * 1024);
    },
  );

  test('the death of the channel rejects what is pending and what comes after', async () => {
    const { agent, channel } = await connect();
    const pending = [channel.request('machine.info', {}), channel.request('repository.list', {})];
    await agent.next('request');
    agent.exit(1, 'out of memory');
    const lost = {
      code: 'connection-lost',
      details: { host: 'web.test', reason: 'renet-ended-saying', exitCode: 1, output: 'out of memory' },
    };
    expect(await Promise.all(pending.map(failure))).toEqual([lost, lost]);
    expect(await failure(channel.request('machine.info', {}))).toEqual(lost);
    expect(await channel.closed).toMatchObject(lost);
  });

  test('frames of unknown types are ignored, those that cannot be read end the channel', async () => {
    const { agent, channel } = await connect();
    agent.write(encodeJson({ type: 'weather', sun: true }));
    const answered = channel.request('operation.list', {});
    agent.answer(await agent.next('request'), []);
    expect(await answered).toEqual([]);
    agent.write(encodeJson({ type: 'answer', id: 'seven' }));
    expect(await channel.closed).toMatchObject({ code: 'protocol-violation' });
    expect(agent.killed()).toBe(true);
  });
});

describe('a dead link', () => {
  test('is noticed within fifteen seconds, a quiet one that answers pings is not', async () => {
    const { agent, clock, channel, silent } = await connect({ onMessage: () => undefined });
    for (let round = 0; round < 10; round++) {
      clock.advance(5_000);
      await agent.next('ping');
      agent.send({ type: 'pong' });
      const seen = channel.request('operation.list', {});
      agent.answer(await agent.next('request'), []);
      await seen;
    }
    clock.advance(15_000);
    expect(await channel.closed).toMatchObject({ code: 'connection-lost', details: { reason: 'no-answer' } });
    expect([await silent, agent.killed()]).toEqual([true, true]);
  });

  test('is found out sooner when asked', async () => {
    const { agent, clock, channel } = await connect({ onMessage: () => undefined });
    channel.probe();
    await agent.next('ping');
    clock.advance(1_500);
    expect(await channel.closed).toMatchObject({ code: 'connection-lost' });
  });
});

test('the round trip is that of the last ping that was answered', async () => {
  const { agent, clock, channel } = await connect({ onMessage: () => undefined });
  const after = async (milliseconds: number): Promise<number | undefined> => {
    await agent.next('ping');
    clock.advance(milliseconds);
    agent.send({ type: 'pong' });
    const heard = channel.request('operation.list', {});
    agent.answer(await agent.next('request'), []);
    await heard;
    return channel.latency();
  };
  expect([channel.latency(), await after(40)]).toEqual([undefined, 40]);
  clock.advance(4_960);
  expect(await after(7)).toBe(7);
});

test('the clock of a machine is asked for again after an answer that came late, and is not read by that one', async () => {
  const { agent, clock, channel } = await connect({ onMessage: () => undefined });
  const answer = async (at: number): Promise<number | undefined> => {
    agent.send({ type: 'pong', at, uptime: at });
    const info = channel.request('machine.info', {});
    agent.answer(await agent.next('request'), machineInfo);
    return (await info).clockAhead;
  };
  await agent.next('ping');
  expect(await answer(clock.now())).toBe(0);
  clock.advance(5_000);
  await agent.next('ping');
  const said = clock.now();
  clock.advance(4_500);
  expect(await answer(said)).toBe(0);
  await agent.next('ping');
  expect(await answer(clock.now() + 60_000)).toBe(60_000);
});

test('the times that a machine tells are moved to our clock, as its pongs tell its own', async () => {
  const year = 365 * 86_400_000;
  const { agent, channel, clock } = await connect({ onMessage: () => undefined });
  await agent.next('ping');
  agent.send({ type: 'pong', at: clock.now() + year, uptime: 60_000 });
  const head = {
    id: GUID,
    verb: 'up',
    repository: { guid: GUID, name: 'shop' },
    origin: 'boot',
    by: '',
  } as const;
  const told = {
    ...head,
    state: 'running',
    startedAt: clock.now() + year - 3_000,
    boot: { id: 'boot', uptime: 57_000 },
  };
  const listed = channel.request('operation.list', {});
  agent.answer(await agent.next('request'), [told]);
  expect(await listed).toEqual([{ ...told, startedAt: clock.now() - 3_000 }]);
});

const event = (n: number): OperationEvent => ({
  type: 'notice',
  n,
  at: 5,
  output: 0,
  notice: { code: 'rolled-back', details: {} },
});

/** Opens a stream whose reader is done with a piece of bytes only when the test says so. */
async function openStream(agent: ScriptedAgent, channel: Awaited<ReturnType<typeof connect>>['channel']) {
  const seen: (number | string)[] = [];
  const waiting: (() => void)[] = [];
  const opening = channel.openStream(
    'operation.follow',
    { operation: 'a', from: { event: 0, output: 0 } },
    {
      onEvent: ({ n }) => void seen.push(n),
      onOutput: (bytes, position) => {
        seen.push(`${position}:${Buffer.from(bytes).toString()}`);
        return new Promise((resolve) => waiting.push(resolve));
      },
    },
  );
  agent.answer(await agent.next('request'), { stream: 7 });
  const finishOne = async (): Promise<void> => {
    await expect.poll(() => waiting.length, { interval: 1 }).toBeGreaterThan(0);
    waiting.shift()?.();
  };
  return { seen, stream: await opening, finishOne };
}

describe('streams', () => {
  test('keep their order and end when the reader has it all', async () => {
    const { agent, channel } = await connect();
    const { seen, stream, finishOne } = await openStream(agent, channel);
    agent.send({ type: 'stream-event', stream: 7, event: event(0) });
    agent.sendBytes(7, 0, Buffer.from('one'));
    agent.send({ type: 'stream-event', stream: 7, event: event(1) });
    agent.sendBytes(7, 3, Buffer.from('two'));
    agent.send({ type: 'stream-end', stream: 7, reason: 'verdict' });
    await finishOne();
    await finishOne();
    expect(await stream.end).toEqual({ reason: 'verdict' });
    expect(seen).toEqual([0, '0:one', 1, '3:two']);
  });

  test('grant bytes only once the reader has finished with as many', async () => {
    const { agent, channel } = await connect();
    const { finishOne } = await openStream(agent, channel);
    agent.sendBytes(7, 0, Buffer.alloc(STREAM_WINDOW - 10, 'a'));
    agent.sendBytes(7, STREAM_WINDOW - 10, Buffer.alloc(10, 'b'));
    await finishOne();
    expect(await agent.next('credit')).toEqual({ type: 'credit', stream: 7, bytes: STREAM_WINDOW - 10 });
    await finishOne();
    expect(await agent.next('credit')).toEqual({ type: 'credit', stream: 7, bytes: 10 });
  });

  test('more than was granted ends the channel', async () => {
    const { agent, channel } = await connect();
    await openStream(agent, channel);
    agent.sendBytes(7, 0, Buffer.alloc(STREAM_WINDOW));
    agent.sendBytes(7, STREAM_WINDOW, Buffer.alloc(1));
    expect(await channel.closed).toMatchObject({ code: 'protocol-violation' });
  });

  test.each([
    ['small and without number', EVENTS_AHEAD.count + 1, ''],
    ['few and large', 17, 'x'.repeat(EVENTS_AHEAD.bytes / 16)],
  ])('events that nobody could wait for, %s, end the channel', async (_, count, text) => {
    const { agent, channel } = await connect();
    const { stream, finishOne } = await openStream(agent, channel);
    agent.sendBytes(7, 0, Buffer.from('a reader that is not done'));
    const notice = { code: 'rolled-back', details: { text } };
    for (let n = 0; n < count; n += 1) {
      agent.send({ type: 'stream-event', stream: 7, event: { ...event(n), type: 'notice', notice } });
    }
    const reason = 'more events than may wait for their reader';
    const closed = await arrival('the end of the channel', channel.closed);
    expect(closed).toMatchObject({ code: 'protocol-violation', details: { reason } });
    expect(agent.killed()).toBe(true);
    await finishOne();
    expect(await failure(stream.end)).toEqual({ code: 'protocol-violation', details: { reason } });
  });

  test('events that wait for a reader come when it is done, as many as may wait', async () => {
    const { agent, channel } = await connect();
    const { seen, stream, finishOne } = await openStream(agent, channel);
    agent.sendBytes(7, 0, Buffer.from('x'));
    for (let n = 0; n < 5_000; n += 1) agent.send({ type: 'stream-event', stream: 7, event: event(n) });
    await finishOne();
    agent.send({ type: 'stream-end', stream: 7, reason: 'verdict' });
    expect(await stream.end).toEqual({ reason: 'verdict' });
    expect(seen.length).toBe(5_001);
  });

  test('a closed one is closed on the other side too, and what still comes is ignored', async () => {
    const { agent, channel } = await connect();
    const { seen, stream } = await openStream(agent, channel);
    stream.close();
    expect([await stream.end, await agent.next('close-stream')]).toEqual([
      { reason: 'closed' },
      { type: 'close-stream', stream: 7 },
    ]);
    agent.sendBytes(7, 0, Buffer.from('late'));
    agent.send({ type: 'stream-end', stream: 7, reason: 'closed' });
    const alive = channel.request('operation.list', {});
    agent.answer(await agent.next('request'), []);
    expect([await alive, seen]).toEqual([[], []]);
  });

  test('a reader that fails ends its stream with its own error', async () => {
    const { agent, channel } = await connect();
    const opening = channel.openStream(
      'containers.logs',
      { repository: 'shop', follow: true },
      {
        onEvent: () => undefined,
        onOutput: () => Promise.reject(new AppError('disk-full', { path: '/tmp' })),
      },
    );
    agent.answer(await agent.next('request'), { stream: 3 });
    agent.sendBytes(3, 0, Buffer.from('x'));
    expect(await failure((await opening).end)).toEqual({ code: 'disk-full', details: { path: '/tmp' } });
    expect(await agent.next('close-stream')).toEqual({ type: 'close-stream', stream: 3 });
  });

  test('the death of the channel ends them after what had arrived was read', async () => {
    const { agent, channel } = await connect();
    const { seen, stream, finishOne } = await openStream(agent, channel);
    agent.sendBytes(7, 0, Buffer.from('last'));
    agent.cut();
    await channel.closed;
    await finishOne();
    expect(await failure(stream.end)).toMatchObject({ code: 'connection-lost' });
    expect(seen).toEqual(['0:last']);
  });
});
