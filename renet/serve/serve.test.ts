import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFrameDecoder, encodeJson, MAX_FRAME } from '../../shared/protocol/frames.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import {
  HEADER_PART,
  HELLO_MAGIC,
  PROTOCOL_VERSION,
  REQUESTS_AT_ONCE,
  STREAM_WINDOW,
} from '../../shared/protocol/protocol.ts';
import { runCommand } from '../host.ts';
import { lookClock, shopLook } from '../journal/journal.fixtures.ts';
import { createJournalKeeper } from '../journal/journalKeeper.ts';
import { readJsonLine, writeJsonLine } from '../operation/start/jsonLines.ts';
import type { Detach } from '../operation/start/launch.ts';
import { createLog } from '../operation/log/operationLog.ts';
import { headerFile, operationFolder } from '../paths.ts';
import { serve } from './serve.ts';
import { projectReader } from '../compose/composeFiles.ts';
import { createMachineWatch } from '../observe/watch.ts';
import { machineAt } from '../thisMachine.ts';
import { arrival } from '../../tests/support/arrival.ts';

let datastore: string;
beforeEach(() => {
  datastore = mkdtempSync(join(tmpdir(), 'rediacc-serve-'));
});
afterEach(() => rmSync(datastore, { recursive: true, force: true }));

/** Starts an agent on an empty datastore, and returns the engine's end of its channel. */
function connect(detach: Detach = () => Promise.resolve(0)): {
  send: (value: unknown) => void;
  /** Sends bytes as they are. */
  write: (bytes: Uint8Array) => void;
  next: () => Promise<Frame>;
  hangUp: () => Promise<void>;
  /** Resolves when the agent has ended. */
  served: Promise<void>;
  input: PassThrough;
  output: PassThrough;
} {
  const paths = { datastore, run: join(datastore, 'run') };
  const [input, output] = [new PassThrough(), new PassThrough()];
  const machine = machineAt(paths, projectReader());
  const account = { name: 'deploy', uid: 1000, gid: 1000 };
  const agent = {
    machine,
    run: runCommand,
    detach,
    program: [],
    account,
    watch: createMachineWatch(machine),
    isResident: false,
  };
  const served = serve(agent, input, output);
  const decode = createFrameDecoder();
  const frames: Frame[] = [];
  let wake: () => void = () => undefined;
  let skip = Buffer.byteLength(HELLO_MAGIC);
  output.on('data', (chunk: Buffer) => {
    const body = chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
    frames.push(...decode(body));
    wake();
  });
  return {
    ...{ served, input, output },
    send: (value) => void input.write(encodeJson(value)),
    write: (bytes) => void input.write(bytes),
    next: async () => {
      for (;;) {
        const frame = frames.shift();
        if (frame !== undefined) return frame;
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await arrival('the next frame', woken);
      }
    },
    hangUp: async () => {
      input.end();
      await served;
    },
  };
}

function signal(): { give: () => void; given: Promise<void> } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give: () => give(), given };
}

const json = (frame: Frame): unknown => (frame.kind === 'json' ? frame.value : undefined);

/** Has an agent start a create that waits for `goesOn`. `given` returns the assignment that the operation got. */
function startsCreating() {
  const operation = randomUUID();
  const [begins, goesOn] = [signal(), signal()];
  let assignment: unknown;
  const peer = connect(async (_unit, command) => {
    begins.give();
    await goesOn.given;
    const socket = connectTo(command.at(-1) ?? '');
    assignment = await readJsonLine(socket);
    writeJsonLine(socket, { accepted: operation });
    socket.end();
    return 0;
  });
  const options = { size: 1024 ** 3 };
  const params = { operation, verb: 'create', repository: 'shop', options, by: 'anna', secret: 'c2VjcmV0' };
  peer.send({ type: 'request', id: 1, method: 'operation.start', params });
  return { peer, begins, goesOn, operation, given: () => assignment };
}

describe('renet serve', () => {
  it('gives out the machine’s journal, as any process has written it', async () => {
    const paths = { datastore, run: join(datastore, 'run') };
    const keeper = createJournalKeeper({ paths, clock: lookClock() });
    for (const restarts of [0, 1]) await keeper.observe(shopLook(restarts));
    const peer = connect();
    await peer.next();
    peer.send({ type: 'request', id: 1, method: 'machine.events', params: { limit: 10 } });
    expect(json(await peer.next())).toEqual({ type: 'answer', id: 1, result: { stream: 1 } });
    expect(json(await peer.next())).toMatchObject({
      ...{ type: 'stream-entry', stream: 1 },
      entry: { kind: 'container-died', subject: { container: 'shop-api-0' }, count: 1 },
    });
    expect(json(await peer.next())).toEqual({ type: 'stream-end', stream: 1, reason: 'closed' });
    await peer.hangUp();
  });

  it('overwrites what has come of a message when its channel ends', async () => {
    const peer = connect();
    const sent = encodeJson({ type: 'request', params: { secret: Buffer.from('correct horse') } });
    const part = Buffer.from(sent.subarray(0, -2));
    peer.write(part);
    await peer.hangUp();
    expect(part.every((byte) => byte === 0)).toBe(true);
  });

  it('says hello with its protocol, answers pings, and ends with its channel', async () => {
    const peer = connect();
    expect(json(await peer.next())).toMatchObject({ type: 'hello', protocol: PROTOCOL_VERSION });
    peer.send({ type: 'ping' });
    const before = Date.now();
    const pong = json(await peer.next()) as { at: number; uptime: number };
    expect(pong).toMatchObject({ type: 'pong' });
    expect([pong.at >= before - 1000, pong.uptime > 0]).toEqual([true, true]);
    await peer.hangUp();
  });

  it('answers requests, and refuses with codes', async () => {
    const peer = connect();
    await peer.next();
    peer.send({ type: 'request', id: 1, method: 'repository.list', params: {} });
    expect(json(await peer.next())).toEqual({ type: 'answer', id: 1, result: [] });
    const refused: [string, unknown, string][] = [
      ['repository.status', { repository: 'nowhere' }, 'repository-not-found'],
      ['operation.show', { operation: '../../etc' }, 'operation-not-found'],
      ['operation.start', { verb: 'reboot' }, 'protocol-violation'],
      ['no.such', {}, 'protocol-violation'],
      ['__proto__', {}, 'protocol-violation'],
    ];
    for (const [method, params, code] of refused) {
      peer.send({ type: 'request', id: 2, method, params });
      expect(json(await peer.next())).toMatchObject({ type: 'refusal', id: 2, error: { code } });
    }
    await peer.hangUp();
  });

  it('refuses a client that asks for more at once than it could serve, and goes on', async () => {
    const peer = connect();
    await peer.next();
    for (let id = 0; id <= REQUESTS_AT_ONCE; id += 1)
      peer.send({ type: 'request', id, method: 'operation.list', params: {} });
    const answers = [];
    for (let id = 0; id <= REQUESTS_AT_ONCE; id += 1) answers.push(json(await peer.next()));
    const refused = answers.filter((one) => (one as { type: string }).type === 'refusal');
    expect(refused).toMatchObject([{ id: REQUESTS_AT_ONCE, error: { code: 'protocol-violation' } }]);
    peer.send({ type: 'request', id: 1000, method: 'operation.list', params: {} });
    expect(json(await peer.next())).toEqual({ type: 'answer', id: 1000, result: [] });
    await peer.hangUp();
  });

  it('does not read on for a client that does not read its answers', async () => {
    const peer = connect();
    await peer.next();
    peer.output.pause();
    const pings = 20_000;
    for (let count = 0; count < pings; count += 1) peer.send({ type: 'ping' });
    await expect.poll(() => peer.output.writableNeedDrain).toBe(true);
    expect(peer.input.readableLength + peer.input.writableLength).toBeGreaterThan(0);
    peer.output.resume();
    for (let count = 0; count < pings; count += 1)
      expect(json(await peer.next())).toMatchObject({ type: 'pong' });
    await peer.hangUp();
  });

  it.each([
    ['a frame without end', Uint8Array.of(255, 255, 255, 255, 1)],
    ['no frame at all', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['JSON that is none', Uint8Array.of(0, 0, 0, 2, 1, 0x7b)],
  ])('ends at %s, and an operation that was just starting has what it needs', async (_, bytes) => {
    const { peer, begins, goesOn, operation, given } = startsCreating();
    await begins.given;
    peer.write(bytes);
    const ended = expect(peer.served).rejects.toMatchObject({ code: 'protocol-violation' });
    goesOn.give();
    await ended;
    expect(given()).toMatchObject({ operation, secret: 'c2VjcmV0' });
  });

  it('does not read on while the requests under way are large, and answers all of them', async () => {
    const { peer, begins, goesOn, operation } = startsCreating();
    await begins.given;
    await peer.next();
    // What a start waits for keeps the others from nothing, but together they are more than may be held.
    const repository = 'x'.repeat(1024 * 1024);
    const large = Array.from({ length: 6 }, (_, at) => ({ id: at + 2, repository }));
    for (const { id, repository: name } of large)
      peer.send({ type: 'request', id, method: 'repository.status', params: { repository: name } });
    const answers: unknown[] = [];
    while (answers.length < large.length) answers.push(json(await peer.next()));
    expect(answers).toEqual(large.map(() => expect.objectContaining({ type: 'refusal' }) as unknown));
    goesOn.give();
    expect(json(await peer.next())).toMatchObject({ type: 'answer', id: 1, result: { operation } });
    await peer.hangUp();
  });

  it('refuses, where the refusal itself is too large to be sent, and goes on', async () => {
    const peer = connect(() => Promise.reject(new Error('x'.repeat(MAX_FRAME))));
    await peer.next();
    const params = { operation: randomUUID(), verb: 'create', repository: 'shop', by: 'anna' };
    const options = { size: 1024 ** 3 };
    peer.send({ type: 'request', id: 1, method: 'operation.start', params: { ...params, options } });
    const error = { code: 'protocol-violation' };
    expect(json(await peer.next())).toMatchObject({ type: 'refusal', id: 1, error });
    peer.send({ type: 'request', id: 2, method: 'repository.list', params: {} });
    expect(json(await peer.next())).toEqual({ type: 'answer', id: 2, result: [] });
    await peer.hangUp();
  });

  it('waits for its client in one place, however much waits', async () => {
    const peer = connect();
    await peer.next();
    const events = ['drain', 'close', 'error'];
    const listeners = (): number[] => events.map((event) => peer.output.listenerCount(event));
    const atRest = listeners();
    peer.output.pause();
    const id = randomUUID();
    mkdirSync(dirname(headerFile({ datastore, run: join(datastore, 'run') }, id)), { recursive: true });
    writeFileSync(headerFile({ datastore, run: join(datastore, 'run') }, id), Buffer.alloc(HEADER_PART));
    const params = { header: id, position: 0 };
    for (let at = 0; at < 10; at += 1) peer.send({ type: 'request', id: at, method: 'header.read', params });
    for (let count = 0; count < 100; count += 1) peer.send({ type: 'ping' });
    await expect.poll(() => peer.output.writableNeedDrain).toBe(true);
    expect(listeners()).toEqual(atRest);
    peer.output.resume();
    await peer.hangUp();
  });

  it('ends only when what it is starting has what it needs', async () => {
    const { peer, begins, goesOn, operation, given } = startsCreating();
    await begins.given;
    const ended = peer.hangUp();
    goesOn.give();
    await ended;
    expect(given()).toMatchObject({ operation, guid: operation, secret: 'c2VjcmV0' });
  });

  it('sends no more of a stream than it was granted', async () => {
    const operation = randomUUID();
    const total = 3 * STREAM_WINDOW;
    const log = await createLog(operationFolder({ datastore, run: '' }, operation), Date.now);
    const repository = { guid: randomUUID(), name: 'shop' };
    const head = {
      id: operation,
      verb: 'up',
      repository,
      origin: 'person',
      by: 'anna',
      startedAt: 1,
    } as const;
    log.event({ type: 'started', operation: head });
    log.output(Buffer.alloc(total, 'x'));
    log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
    log.close();

    const peer = connect();
    await peer.next();
    peer.send({
      type: 'request',
      id: 1,
      method: 'operation.follow',
      params: { operation, from: { event: 0, output: 0 } },
    });
    expect(json(await peer.next())).toMatchObject({ type: 'answer', result: { stream: 1 } });
    expect(json(await peer.next())).toMatchObject({ type: 'stream-event', event: { type: 'started' } });
    let received = 0;
    const take = async (until: number): Promise<void> => {
      while (received < until) {
        const frame = await peer.next();
        if (frame.kind !== 'bytes') throw new Error(`not bytes: ${JSON.stringify(frame)}`);
        expect(frame.position).toBe(received);
        received += frame.bytes.length;
      }
    };
    await take(STREAM_WINDOW);
    // The stream's window is used up, so the answer to a ping comes next, not more of the stream.
    peer.send({ type: 'ping' });
    expect(json(await peer.next())).toMatchObject({ type: 'pong' });
    peer.send({ type: 'credit', stream: 1, bytes: 2 * STREAM_WINDOW });
    await take(total);
    expect(json(await peer.next())).toMatchObject({ type: 'stream-event', event: { type: 'verdict' } });
    expect(json(await peer.next())).toEqual({ type: 'stream-end', stream: 1, reason: 'verdict' });
    await peer.hangUp();
  });
});
