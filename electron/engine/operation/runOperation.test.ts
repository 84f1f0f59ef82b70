import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { OperationEvent, Verdict } from '../../../shared/model.ts';
import { createManualClock } from '../../../tests/support/manualClock.ts';
import { createScriptedMachine } from '../../../tests/support/scriptedMachine.ts';
import type { MachineScript, ScriptedLog, ScriptedMachine } from '../../../tests/support/scriptedMachine.ts';
import { createEngine } from '../engine.ts';
import type { ConnectionState, Engine, FollowEnd } from '../engine.ts';

const web = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};
const id = '11111111-1111-4111-8111-111111111111';
const repository = { guid: '22222222-2222-4222-8222-222222222222', name: 'shop' };
const succeeded: Verdict = { kind: 'succeeded', failures: [], notRun: [] };
const up = { verb: 'up', repository: 'shop', options: {} } as const;

let folder: string;
const engines: Engine[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-'));
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  await rm(folder, { recursive: true });
});

function build(script: MachineScript = {}) {
  const clock = createManualClock();
  const machine = createScriptedMachine(script);
  const { access } = machine;
  const engine = createEngine({
    access,
    clock,
    random: () => 1,
    stateFolder: folder,
    by: 'ana@laptop',
    version: '1.0.0',
  });
  engines.push(engine);
  return { clock, machine, engine };
}

/** Returns the starts that agents were asked for. */
function starts(machine: ScriptedMachine): unknown[] {
  return machine.agents
    .flatMap(({ agent }) => agent.received)
    .filter((message) => message.type === 'request' && message.method === 'operation.start');
}

/** Makes the log of an `up`, with notices at the given places in the output, then the verdict. */
function makeLog(output: Uint8Array, places: readonly number[] = []): ScriptedLog {
  const head = { id, verb: 'up', repository, origin: 'person', by: 'ana@laptop', startedAt: 77 } as const;
  const notice = { code: 'rolled-back', details: {} };
  const events: OperationEvent[] = [
    { type: 'started', n: 0, at: 77, output: 0, operation: head },
    ...[...places]
      .sort((a, b) => a - b)
      .map((place, index): OperationEvent => ({
        type: 'notice',
        n: index + 1,
        at: 78,
        output: place,
        notice,
      })),
    { type: 'verdict', n: places.length + 1, at: 99, output: output.length, verdict: succeeded },
  ];
  return { events, output };
}

/** Follows and keeps what was delivered, in order; wakes the engine whenever the connection is lost. */
async function followAll(engine: Engine, machine: ScriptedMachine, log: ScriptedLog) {
  machine.logs.set(id, log);
  const events: OperationEvent[] = [];
  const output: Uint8Array[] = [];
  const inOrder: boolean[] = [];
  let received = 0;
  const end: FollowEnd = await engine.follow(web, id, {
    onEvent: (event) => {
      events.push(event);
      inOrder.push(event.output === received);
    },
    onOutput: async (bytes, position) => {
      inOrder.push(position === received);
      await Promise.resolve();
      output.push(bytes);
      received += bytes.length;
    },
    onConnection: ({ connected }) => {
      if (!connected) setImmediate(() => engine.wake());
    },
  });
  return { end, events, whole: Buffer.concat(output).equals(log.output), inOrder: inOrder.every(Boolean) };
}

describe('follow', () => {
  test('delivers the whole log and answers the verdict', async () => {
    const { engine, machine } = build();
    const log = makeLog(Buffer.from('building...\ndone\n'), [0, 12, 12]);
    expect(await followAll(engine, machine, log)).toEqual({
      end: { kind: 'verdict', verdict: succeeded },
      events: log.events,
      whole: true,
      inOrder: true,
    });
  });

  test('across twenty and more random cuts, in the middle of frames too, every byte and event comes once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 20_000, maxLength: 30_000 }),
        fc.array(fc.nat(30_000), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 40, maxLength: 40 }),
        fc.integer({ min: 10, max: 200 }),
        async (output, places, cutsAfter, piece) => {
          const { engine, machine } = build({ cutsAfter, piece });
          const log = makeLog(
            output,
            places.map((place) => Math.min(place, output.length)),
          );
          expect(await followAll(engine, machine, log)).toEqual({
            end: { kind: 'verdict', verdict: succeeded },
            events: log.events,
            whole: true,
            inOrder: true,
          });
          expect(machine.sessions.opened).toBeGreaterThan(20);
          await engine.close();
        },
      ),
      { numRuns: 10 },
    );
  });

  test('a flood waits for its reader and is then whole', async () => {
    const { engine, machine } = build({ piece: 30_000 });
    const log = makeLog(Buffer.alloc(3_000_000, 'flood '));
    expect(await followAll(engine, machine, log)).toMatchObject({ whole: true, inOrder: true });
  });

  test('begins where it is told, and asks for the verdict when that is behind it', async () => {
    const { engine, machine } = build({
      onRequest: (request, agent) => {
        if (request.method !== 'operation.show') return false;
        const head = { id, verb: 'up', repository, origin: 'person', by: 'ana', startedAt: 77 };
        agent.answer(request, { ...head, state: 'succeeded', verdict: succeeded });
        return true;
      },
    });
    machine.logs.set(id, makeLog(Buffer.from('abcdef')));
    const seen: string[] = [];
    const end = await engine.follow(web, id, {
      from: { event: 2, output: 4 },
      onEvent: ({ type }) => void seen.push(type),
      onOutput: (bytes, position) => void seen.push(`${position} ${Buffer.from(bytes).toString()}`),
    });
    expect([seen, end]).toEqual([['4 ef'], { kind: 'verdict', verdict: succeeded }]);
  });

  test('says that an operation is lost, and that there is none', async () => {
    const { engine, machine } = build();
    machine.logs.set(id, { events: [], output: new Uint8Array(), lost: true });
    const nothing = { onEvent: () => undefined, onOutput: () => undefined };
    expect(await engine.follow(web, id, nothing)).toEqual({ kind: 'lost' });
    await expect(engine.follow(web, repository.guid, nothing)).rejects.toMatchObject({
      code: 'operation-not-found',
    });
  });

  test('waits longer from try to try, tells until when, and begins anew after a success', async () => {
    const { engine, machine, clock } = build();
    machine.logs.set(id, makeLog(Buffer.from('x')));
    const unreachable = new AppError('machine-unreachable', {
      host: 'web.test',
      port: 22,
      reason: 'no route',
    });
    machine.refuseNext(...Array.from({ length: 7 }, () => unreachable));
    const states: (number | true | undefined)[] = [];
    const onConnection = ({ connected, retryAt }: ConnectionState): void =>
      void states.push(connected || (retryAt && retryAt - clock.now()));
    const end = engine.follow(web, id, { onEvent: () => undefined, onOutput: () => undefined, onConnection });
    for (const delay of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      await clock.awaited(delay);
      clock.advance(delay);
    }
    expect(await end).toEqual({ kind: 'verdict', verdict: succeeded });
    expect(states).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, true]);
  });

  test.each(['key-refused', 'host-key-changed', 'sudo-password-refused'] as const)(
    'is not tried again after %s',
    async (code) => {
      const { engine, machine } = build();
      machine.refuseNext(new AppError(code));
      const nothing = { onEvent: () => undefined, onOutput: () => undefined };
      await expect(engine.follow(web, id, nothing)).rejects.toMatchObject({ code });
    },
  );

  test('ends at the signal: while reading, and while there is no connection', async () => {
    const { engine, machine, clock } = build();
    machine.logs.set(id, makeLog(Buffer.alloc(1_000_000)));
    const reading = new AbortController();
    const onEvent = (): void => undefined;
    const onOutput = (): Promise<void> => {
      reading.abort();
      return new Promise(() => undefined);
    };
    await expect(engine.follow(web, id, { onEvent, onOutput, signal: reading.signal })).rejects.toMatchObject(
      {
        code: 'cancelled',
      },
    );
    machine.cut();
    machine.refuseNext(new AppError('machine-unreachable'));
    const waiting = new AbortController();
    const end = engine.follow(web, id, { onEvent, onOutput, signal: waiting.signal });
    await clock.awaited(500);
    waiting.abort();
    await expect(end).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('start', () => {
  test('sends the request once, with the secret and who asks, and answers the id it chose', async () => {
    const { engine, machine, clock } = build();
    const passphrase = Buffer.from('correct horse');
    const { operation } = await engine.start(web, up, { passphrase, digest: 'd1' });
    const secret = Uint8Array.from(passphrase);
    const asked = { digest: 'd1', secret, by: 'ana@laptop', now: clock.now() };
    expect(machine.runs).toEqual([{ ...up, operation, ...asked }]);
    expect((await engine.history.list({})).entries).toMatchObject([
      { id: operation, verb: 'up', repository: 'shop' },
    ]);
  });

  test('sends a second secret where there is one', async () => {
    const { engine, machine } = build();
    const [passphrase, newPassphrase] = [Buffer.from('old'), Buffer.from('new')];
    await engine.start(web, up, { passphrase, newPassphrase });
    const [secret, newSecret] = [passphrase, newPassphrase].map((bytes) => Uint8Array.from(bytes));
    expect(machine.runs).toMatchObject([{ secret, newSecret }]);
  });

  test('whose answer is lost is sent again and runs once', async () => {
    let losses = 3;
    const { engine, machine, clock } = build({
      onRequest: (request) => {
        if (request.method !== 'operation.start' || losses-- === 0) return false;
        // The machine takes the first start up before the cut; the others are lost on their way.
        if (losses === 2)
          machine.runs.push({ ...up, ...(request.params as { operation: string; by: string }) });
        machine.cut();
        return true;
      },
    });
    const started = engine.start(web, up, {});
    for (const delay of [500, 1_000, 2_000]) {
      await clock.awaited(delay);
      clock.advance(delay);
    }
    const { operation } = await started;
    expect(machine.runs.map((run) => run.operation)).toEqual([operation]);
  });

  test('is sent again with its passphrase, though the caller has overwritten its own', async () => {
    let isLost = false;
    const { engine, machine, clock } = build({
      onRequest: ({ method }) => {
        if (isLost || method !== 'operation.start') return false;
        isLost = true;
        machine.cut();
        return true;
      },
    });
    const passphrase = Buffer.from('words');
    const started = engine.start(web, up, { passphrase });
    await clock.awaited(500);
    passphrase.fill(0);
    clock.advance(500);
    await started;
    expect(machine.runs).toMatchObject([{ secret: Uint8Array.from(Buffer.from('words')) }]);
  });

  test('is not tried at all without a connection, nor again after a refusal', async () => {
    const { engine, machine } = build({
      onRequest: ({ id: request }, agent) => {
        agent.send({
          type: 'refusal',
          id: request,
          error: { code: 'not-mounted', details: {}, message: '' },
        });
        return true;
      },
    });
    machine.refuseNext(new AppError('machine-unreachable'));
    await expect(engine.start(web, up, {})).rejects.toMatchObject({ code: 'machine-unreachable' });
    await expect(engine.start(web, up, {})).rejects.toMatchObject({ code: 'not-mounted' });
    expect([machine.runs, (await engine.history.list({})).entries]).toEqual([[], []]);
  });

  test('goes to the next agent when the first ends before its hello, and then only once', async () => {
    let ends = 2;
    const { engine, machine, clock } = build({
      onJoin: (agent) => {
        if (ends-- <= 0) return false;
        agent.exit(1, '2026/11/30 socat[7] E read(5, 0x55, 8192): Connection reset by peer');
        return true;
      },
    });
    const started = engine.start(web, up, {});
    for (const delay of [500, 1_000]) {
      await clock.awaited(delay);
      clock.advance(delay);
    }
    const { operation } = await started;
    expect(machine.runs).toMatchObject([{ operation }]);
    const tries = machine.agents.slice(0, 3);
    expect(tries.map(({ agent }) => agent.received.map(({ type }) => type))).toEqual([
      ...[[], [], ['hello', 'ping', 'request']],
    ]);
  });

  test('that no agent took names no operation: none can be there', async () => {
    const { engine, machine, clock } = build({
      onJoin: (agent) => {
        agent.exit(0);
        return true;
      },
    });
    const started = engine.start(web, up, {});
    for (const delay of [500, 1_000, 2_000, 4_000, 8_000, ...Array<number>(6).fill(10_000)]) {
      await clock.awaited(delay);
      clock.advance(delay);
    }
    const failed = await started.catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'connection-lost', details: { reason: 'renet-ended' } });
    expect(failed).not.toHaveProperty('details.operation');
    expect(machine.runs).toEqual([]);
  });

  test('takes an answer that comes while the agent ends its connection', async () => {
    const { engine, machine } = build({
      onRequest: (request, agent) => {
        if (request.method !== 'operation.start') return false;
        const { operation } = request.params as { operation: string };
        agent.answer(request, { operation });
        agent.exit(0);
        return true;
      },
    });
    const { operation } = await engine.start(web, up, {});
    expect(operation).toMatch(/^[0-9a-f-]{36}$/);
    expect(starts(machine)).toMatchObject([{ params: { operation } }]);
  });

  test('joins for its log while it begins', async () => {
    const { engine, machine } = build({
      onRequest: (request, agent) => {
        if (request.method !== 'operation.start') return false;
        const answer = async (): Promise<void> => {
          await expect.poll(() => machine.agents.length).toBe(2);
          agent.answer(request, request.params);
        };
        void answer();
        return true;
      },
    });
    const { operation } = await engine.start(web, up, {});
    expect(starts(machine)).toMatchObject([{ params: { operation } }]);
  });

  test('whose agent ends without an answer finds out by its id that it began', async () => {
    const { engine, machine, clock } = build({
      onRequest: ({ method, params }, agent) => {
        if (method !== 'operation.start' || machine.runs.length > 0) return false;
        machine.runs.push({ ...up, ...(params as { operation: string; by: string }) });
        agent.exit(0);
        return true;
      },
    });
    const started = engine.start(web, up, {});
    await clock.awaited(500);
    clock.advance(500);
    const { operation } = await started;
    expect(machine.runs.map((run) => run.operation)).toEqual([operation]);
    expect(starts(machine)).toMatchObject([{ params: { operation } }, { params: { operation } }]);
  });

  test('that stays without an answer names the operation that may be there', async () => {
    const { engine, machine, clock } = build({
      onRequest: () => {
        machine.cut();
        return true;
      },
    });
    const started = engine.start(web, up, {});
    for (const delay of [500, 1_000, 2_000, 4_000, 8_000, ...Array<number>(6).fill(10_000)]) {
      await clock.awaited(delay);
      clock.advance(delay);
    }
    await expect(started).rejects.toMatchObject({
      code: 'connection-lost',
      details: { operation: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    });
  });
});

test('what was started and followed is in the history, with its verdict', async () => {
  const { engine, machine } = build();
  await followAll(engine, machine, makeLog(Buffer.from('x')));
  expect(await engine.history.list({ machine: web })).toEqual({
    entries: [
      {
        context: 'work',
        machine: 'web',
        id,
        verb: 'up',
        repository: 'shop',
        startedAt: 77,
        endedAt: 99,
        verdict: { kind: 'succeeded' },
      },
    ],
  });
});
