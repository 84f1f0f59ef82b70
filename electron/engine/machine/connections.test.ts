import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Verdict } from '../../../shared/model.ts';
import { createManualClock } from '../../../tests/support/manualClock.ts';
import { createScriptedMachine } from '../../../tests/support/scriptedMachine.ts';
import type { AgentRequest, ScriptedAgent } from '../../../tests/support/scriptedAgent.ts';
import type { MachineScript } from '../../../tests/support/scriptedMachine.ts';
import { aloneCommand, joinCommand } from '../agent/agentPath.ts';
import { createEngine } from '../engine.ts';

const web = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/data' },
  sshKey: '/keys/id',
};
const id = '11111111-1111-4111-8111-111111111111';
const verdict: Verdict = { kind: 'succeeded', failures: [], notRun: [] };
const log = {
  events: [{ type: 'verdict' as const, n: 0, at: 1, output: 1, verdict }],
  output: Buffer.from('x'),
};
const nothing = { onEvent: () => undefined, onOutput: () => undefined };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-'));
});
afterEach(() => rm(folder, { recursive: true }));

function build(script: MachineScript = {}) {
  const clock = createManualClock();
  const machine = createScriptedMachine(script);
  machine.logs.set(id, log);
  const { access } = machine;
  const engine = createEngine({
    access,
    clock,
    random: () => 1,
    stateFolder: folder,
    by: 'ana@laptop',
    version: '1.0.0',
  });
  return { clock, machine, engine };
}

describe('connections', () => {
  test('are made when wanted: concurrent callers share the attempt, logs get a channel of their own', async () => {
    const { engine, machine } = build();
    expect(machine.agents).toEqual([]);
    await Promise.all([1, 2, 3].map(() => engine.request(web, 'operation.list', {})));
    expect(machine.agents.map(({ argv }) => argv)).toEqual([joinCommand('/mnt/data')]);
    await Promise.all([engine.follow(web, id, nothing), engine.follow(web, id, nothing)]);
    await engine.follow(web, id, nothing);
    expect(machine.agents.map(({ agent }) => methodsOf(agent))).toEqual([
      ['operation.list', 'operation.list', 'operation.list'],
      ['operation.follow', 'operation.follow', 'operation.follow'],
    ]);
    await engine.close();
  });

  test('share one channel where sshd allows no second', async () => {
    const { engine, machine } = build({ maxSessions: 1 });
    expect(await engine.follow(web, id, nothing)).toEqual({ kind: 'verdict', verdict });
    await engine.request(web, 'operation.list', {});
    expect(machine.agents.map(({ agent }) => methodsOf(agent))).toEqual([
      ['operation.follow', 'operation.list'],
    ]);
    await engine.close();
  });

  test('share no channel when the second fails for another reason than its number', async () => {
    const { engine, machine } = build();
    await engine.request(web, 'operation.list', {});
    machine.refuseNext(new AppError('key-refused'));
    await expect(engine.follow(web, id, nothing)).rejects.toMatchObject({ code: 'key-refused' });
    await engine.close();
  });

  test('are not shared between contexts, users or keys', async () => {
    const { engine, machine } = build();
    const others = [
      { ...web, context: 'home' },
      { ...web, machine: { ...web.machine, user: 'root' } },
      { ...web, sshKey: '/keys/other' },
    ];
    for (const reference of [web, ...others, web]) await engine.request(reference, 'operation.list', {});
    expect(machine.agents).toHaveLength(4);
    await engine.close();
  });

  test('that failed or died are replaced at the next call', async () => {
    const { engine, machine } = build();
    machine.refuseNext(new AppError('key-refused'));
    await expect(engine.request(web, 'operation.list', {})).rejects.toMatchObject({ code: 'key-refused' });
    expect(await engine.request(web, 'operation.list', {})).toEqual([]);
    machine.cut();
    await expect.poll(() => engine.request(web, 'operation.list', {}).catch(() => 'dead')).toEqual([]);
    expect(machine.agents).toHaveLength(2);
    await engine.close();
  });

  test('whose link is dead take the whole session with them; wake finds out at once', async () => {
    let silent = false;
    const { engine, machine, clock } = build({ onRequest: () => silent });
    await engine.request(web, 'operation.list', {});
    silent = true;
    const pending = engine.request(web, 'operation.list', {});
    await machine.agents[0]?.agent.next('request');
    machine.mute();
    engine.wake();
    clock.advance(1_500);
    await expect(pending).rejects.toMatchObject({ code: 'connection-lost' });
    expect(machine.sessions).toEqual({ opened: 1, ended: 1 });
    await engine.close();
  });

  test('whose agent alone is silent end without the session, and the next caller joins anew', async () => {
    const { engine, machine, clock } = build({ onRequest: ({ method }) => method === 'repository.validate' });
    await engine.follow(web, id, nothing);
    const pending = engine.request(web, 'repository.validate', { repository: 'shop' });
    const failed = pending.catch((error: unknown) => error);
    await machine.agents[0]?.agent.next('request');
    machine.stick();
    clock.advance(10_500);
    // SSH has answered by the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_500);
    expect(await failed).toMatchObject({ code: 'connection-lost', details: { reason: 'no-answer' } });
    expect(machine.agents.map(({ agent }) => agent.killed())).toEqual([true, true]);
    expect(await engine.request(web, 'operation.list', {})).toEqual([]);
    expect(machine.agents).toHaveLength(3);
    expect(machine.sessions.ended).toBe(0);
    await engine.close();
  });

  test('end with the engine, and what is pending says so', async () => {
    const { engine, machine } = build({ onRequest: () => true });
    const pending = engine.request(web, 'operation.list', {});
    const refused = expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    await expect
      .poll(() => machine.agents[0] && methodsOf(machine.agents[0].agent))
      .toEqual(['operation.list']);
    await engine.close();
    await refused;
    expect(machine.agents.map(({ agent }) => agent.killed())).toEqual([true]);
  });
});

describe('a request whose agent ends', () => {
  const RELAY = '2026/11/30 socat[7] E read(5, 0x55, 8192): Connection reset';

  /** Makes an engine whose agents end at each request, or, so many of the first, before their hello. */
  const ending = ({ joins = 0, requests = 0 }, end: (agent: ScriptedAgent) => void) => {
    const left = { joins, requests };
    const ends = (of: keyof typeof left) => (agent: ScriptedAgent) => {
      if (left[of] === 0) return false;
      left[of] -= 1;
      end(agent);
      return true;
    };
    const answer = (request: AgentRequest, agent: ScriptedAgent) => {
      if (request.method !== 'operation.cancel') return false;
      agent.answer(request, { ended: false });
      return true;
    };
    return build({
      onJoin: ends('joins'),
      onRequest: (request, agent) => ends('requests')(agent) || answer(request, agent),
    });
  };
  const methods = ({ agents }: ReturnType<typeof build>['machine']) =>
    agents.map(({ agent }) => methodsOf(agent));

  test.each([
    ['without a word', (agent: ScriptedAgent) => agent.exit(0)],
    ['as the relay to one that is killed says', (agent: ScriptedAgent) => agent.exit(1, RELAY)],
  ])('is sent again to the next one: %s', async (_, end) => {
    const { engine, machine, clock } = ending({ requests: 1 }, end);
    const asked = engine.request(web, 'operation.list', {});
    await clock.awaited(500);
    clock.advance(500);
    expect(await asked).toEqual([]);
    expect(methods(machine)).toEqual([['operation.list'], ['operation.list']]);
    await engine.close();
  });

  test('is sent twice at most: it may be what ends them', async () => {
    const { engine, machine, clock } = ending({ requests: 9 }, (agent) => agent.exit(1, RELAY));
    const asked = engine.request(web, 'repository.status', { repository: 'shop' });
    await clock.awaited(500);
    clock.advance(500);
    await expect(asked).rejects.toMatchObject({
      ...{ code: 'connection-lost', details: { reason: 'renet-ended-saying', output: RELAY } },
    });
    expect(methods(machine)).toEqual([['repository.status'], ['repository.status']]);
    await engine.close();
  });

  test.each([
    ['repository.validate', { repository: 'shop' }],
    ['operation.plan', { verb: 'up', repository: 'shop', options: {} }],
    ['operation.cancel', { operation: id }],
    ['header.forget', { header: id }],
  ] as const)('is not sent again when it costs much or changes something: %s', async (method, params) => {
    const { engine, machine } = ending({ requests: 9 }, (agent) => agent.exit(0));
    await expect(engine.request(web, method, params)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(methods(machine)).toEqual([[method]]);
    await engine.close();
  });

  test('before its hello was sent nothing, and any request goes to the next one', async () => {
    const { engine, machine, clock } = ending({ joins: 2 }, (agent) => agent.exit(1, RELAY));
    const asked = engine.request(web, 'operation.cancel', { operation: id });
    for (const delay of [500, 1_000]) {
      await clock.awaited(delay);
      clock.advance(delay);
    }
    expect(await asked).toEqual({ ended: false });
    expect(methods(machine)).toEqual([[], [], ['operation.cancel']]);
    await engine.close();
  });

  test.each([
    [
      'does not load',
      'socat: error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file',
      127,
    ],
    [
      'is of another architecture',
      '/usr/local/lib/rediacc/join: line 73: /usr/bin/socat: cannot execute binary file: Exec format error',
      126,
    ],
  ])('goes to one that serves this connection alone, where the relay %s', async (_, said, code) => {
    const { engine, machine } = ending({ joins: 1 }, (agent) => agent.exit(code, said));
    expect(await engine.request(web, 'operation.cancel', { operation: id })).toEqual({ ended: false });
    expect(machine.agents.map(({ argv }) => argv)).toEqual([
      joinCommand('/mnt/data'),
      aloneCommand('/mnt/data'),
    ]);
    await engine.close();
  });

  test('fails with its connection, which may take a minute to come back', async () => {
    const { engine, machine } = ending({ requests: 1 }, (agent) => agent.cut());
    await expect(engine.request(web, 'operation.list', {})).rejects.toMatchObject({
      code: 'connection-lost',
    });
    expect(machine.agents).toHaveLength(1);
    await engine.close();
  });
});

test('a verb of its own runs on a channel of its own', async () => {
  const { engine, machine } = build();
  const process = await engine.execute(web, ['exec', 'shop', '--', 'ls', '-l'], {});
  expect(machine.agents.map(({ argv }) => argv.join(' '))).toEqual([
    '/usr/local/lib/rediacc/current/renet exec --datastore /mnt/data shop -- ls -l',
  ]);
  process.kill();
  await engine.close();
});

test("containers' logs come until the signal, or until they end", async () => {
  const { engine, machine } = build({
    onRequest: (request, agent) => {
      if (request.method !== 'containers.logs') return false;
      agent.answer(request, { stream: 3 });
      agent.sendBytes(3, 0, Buffer.from('ready\n'));
      const { follow } = request.params as { follow: boolean };
      if (!follow) agent.send({ type: 'stream-end', stream: 3, reason: 'closed' });
      return true;
    },
  });
  const seen: string[] = [];
  const reading = new AbortController();
  const shop = { repository: 'shop', service: 'api', tail: 5 };
  const onOutput = (bytes: Uint8Array): void => void seen.push(Buffer.from(bytes).toString());
  await engine.containerLogs(web, { ...shop, follow: false }, { onOutput }, reading.signal);
  const onFirst = (bytes: Uint8Array): void => {
    onOutput(bytes);
    reading.abort();
  };
  await engine.containerLogs(web, { ...shop, follow: true }, { onOutput: onFirst }, reading.signal);
  expect(seen).toEqual(['ready\n', 'ready\n']);
  expect(await machine.agents[1]?.agent.next('close-stream')).toEqual({ type: 'close-stream', stream: 3 });
  await engine.close();
});

test('when a machine was last heard from outlives the engine', async () => {
  const first = build();
  expect(await first.engine.lastSeen(web)).toBeUndefined();
  await first.engine.request(web, 'operation.list', {});
  first.clock.advance(1_000);
  await first.engine.request(web, 'operation.list', {});
  const seen = first.clock.now();
  await first.engine.close();
  const second = build().engine;
  expect(await second.lastSeen(web)).toBe(seen);
  expect(await second.lastSeen({ ...web, context: 'home' })).toBeUndefined();
});

test.each([
  ['be written', (file: string) => mkdir(file)],
  ['be understood', (file: string) => writeFile(file, 'no JSON')],
])('an engine whose note of that cannot %s closes all the same', async (_, spoil) => {
  const { engine } = build();
  await spoil(join(folder, 'last-seen.json'));
  await engine.request(web, 'operation.list', {});
  await expect(engine.close()).resolves.toBeUndefined();
});

function methodsOf({ received }: { received: readonly { type: string; method?: string }[] }): string[] {
  return received.flatMap(({ type, method }) => (type === 'request' && method !== undefined ? [method] : []));
}
