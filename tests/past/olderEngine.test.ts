import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectReader } from '../../renet/compose/composeFiles.ts';
import { createMachineWatch } from '../../renet/observe/watch.ts';
import { machineAt } from '../../renet/thisMachine.ts';
import { runCommand } from '../../renet/host.ts';
import { openOperationLog } from '../../renet/operation/log/operationLog.ts';
import { withoutNewVerbs } from '../../renet/serve/olderEngines.ts';
import { serve } from '../../renet/serve/serve.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import { createFrameDecoder, encodeJson } from '../../shared/protocol/frames.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';
import { arrival } from '../support/arrival.ts';

/** The readers of version 0.1.0, made of its own schemas. They throw for what that version cannot read. */
const past = (await import(join(import.meta.dirname, '0.1.0/reader.mjs'))) as {
  readonly fromAgentSchema: { parse(value: unknown): unknown };
  readonly answers: Readonly<Record<string, { parse(value: unknown): unknown }>>;
};

const NEW_VERBS = ['allow', 'renumber'] as const;

let datastore: string;
beforeEach(() => {
  datastore = mkdtempSync(join(tmpdir(), 'rediacc-older-'));
});
afterEach(() => rmSync(datastore, { recursive: true }));

/** Lets one operation of each verb be done, and returns their ids. */
async function perform(...verbs: readonly ('up' | (typeof NEW_VERBS)[number])[]): Promise<string[]> {
  const ids: string[] = [];
  for (const verb of verbs) {
    const id = randomUUID();
    ids.push(id);
    const about = {
      ...{ id, verb, repository: { guid: randomUUID(), name: 'shop' } },
      ...{ origin: 'person' as const, by: 'ann (ann@laptop)' },
    };
    const { head, log } = await openOperationLog({ datastore, run: join(datastore, 'run') }, about, Date.now);
    log.event({ type: 'started', operation: head });
    log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
    log.close();
  }
  return ids;
}

/** Starts today's agent. `said` returns each of its messages, as version 0.1.0 reads it, once one that is `wanted` came. */
function connect() {
  const paths = { datastore, run: join(datastore, 'run') };
  const [input, output] = [new PassThrough(), new PassThrough()];
  const machine = machineAt(paths, projectReader());
  const account = { name: 'deploy', uid: 1000, gid: 1000 };
  const served = serve(
    {
      machine,
      run: runCommand,
      detach: () => Promise.resolve(0),
      program: [],
      account,
      watch: createMachineWatch(machine),
      isResident: false,
    },
    input,
    output,
  );
  const decode = createFrameDecoder();
  const messages: Record<string, unknown>[] = [];
  const wakes = new Set<() => void>();
  let skip = Buffer.byteLength(HELLO_MAGIC);
  output.on('data', (chunk: Buffer) => {
    const body = chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
    for (const frame of decode(body))
      if (frame.kind === 'json') messages.push(frame.value as Record<string, unknown>);
    for (const wake of wakes) wake();
  });
  const message = async (wanted: (one: Record<string, unknown>) => boolean) => {
    for (;;) {
      const found = messages.find(wanted);
      if (found !== undefined) return found;
      await arrival('a message', new Promise<void>((resolve) => wakes.add(resolve)));
    }
  };
  let id = 0;
  const ask = async (method: string, params: object): Promise<Record<string, unknown>> => {
    id += 1;
    const own = id;
    input.write(encodeJson({ type: 'request', id: own, method, params }));
    return message((one) => one['id'] === own);
  };
  return {
    message,
    ask,
    /** Asks and returns the answer, as version 0.1.0 reads it. */
    answer: async (method: string, params: object): Promise<unknown> =>
      past.answers[method]?.parse((await ask(method, params))['result']),
    hello: () => input.write(encodeJson({ type: 'hello', version: '9.0.0', protocol: 1 })),
    hangUp: async () => {
      input.end();
      await served;
    },
  };
}

describe('an engine of 0.1.0 and the agent of today', () => {
  it('agree on the operations that it knows, beside those of newer verbs', async () => {
    const [up, ...newer] = await perform('up', ...NEW_VERBS);
    const agent = connect();
    expect(await agent.answer('operation.list', {})).toMatchObject([{ id: up }]);
    expect(await agent.answer('operation.show', { operation: up })).toMatchObject({ verb: 'up' });
    for (const operation of newer)
      for (const [method, params] of [
        ['operation.show', { operation }],
        ['operation.follow', { operation, from: { event: 0, output: 0 } }],
      ] as const)
        expect(past.fromAgentSchema.parse(await agent.ask(method, params))).toMatchObject({
          ...{ type: 'refusal', error: { code: 'operation-not-found' } },
        });
    await agent.hangUp();
  });

  it('agree on who holds a repository, whatever the verb is', () => {
    for (const verb of ['allow', '?', 'up']) {
      const details = { name: 'shop', id: randomUUID(), verb, by: 'ann (ann@laptop)' };
      const error = { code: 'repository-busy', details, message: 'Busy.' };
      const refusal = withoutNewVerbs({ type: 'refusal', id: 1, error });
      expect(past.fromAgentSchema.parse(refusal)).toMatchObject({ error: { details } });
    }
  });

  it('leave to the handler what an operation cannot say yet', async () => {
    const [id] = await perform('up');
    writeFileSync(join(datastore, '.operations', id ?? '', 'events.jsonl'), '');
    const agent = connect();
    const asked = agent.ask('operation.follow', { operation: id, from: { event: 0, output: 0 } });
    await agent.answer('operation.list', {});
    const open = Symbol('no answer yet');
    expect(await Promise.race([asked, Promise.resolve(open)])).not.toMatchObject({ type: 'refusal' });
    await agent.hangUp();
  });

  it('agree on the state of a watched machine', async () => {
    const [up] = await perform('up', ...NEW_VERBS);
    const agent = connect();
    await agent.ask('machine.watch', {});
    const state = await agent.message(({ type, state: pushed }) => {
      return (
        type === 'stream-state' && typeof pushed === 'object' && pushed !== null && 'operations' in pushed
      );
    });
    expect(past.fromAgentSchema.parse(state)).toMatchObject({ state: { operations: [{ id: up }] } });
    await agent.hangUp();
  });

  it('agree on a stream that the agent cut off at its stop', () => {
    const error = toWire(new AppError('connection-lost', { host: 'web', reason: 'renet-ending' }));
    const end = { type: 'stream-end', stream: 1, reason: 'error', error };
    expect(past.fromAgentSchema.parse(end)).toMatchObject({
      reason: 'error',
      error: { code: 'connection-lost' },
    });
  });

  it('an engine that says its version is told every operation', async () => {
    await perform('up', ...NEW_VERBS);
    const agent = connect();
    agent.hello();
    const { result } = await agent.ask('operation.list', {});
    expect(result).toMatchObject([{ verb: 'renumber' }, { verb: 'allow' }, { verb: 'up' }]);
    await agent.hangUp();
  });
});
