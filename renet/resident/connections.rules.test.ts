// True sockets: clients that ask for more than they take, while others are there. The machine behind the agent is a folder.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEADER_PART, REQUESTS_AT_ONCE } from '../../shared/protocol/protocol.ts';
import { joinScript } from '../../shared/protocol/join.ts';
import { arrival } from '../../tests/support/arrival.ts';
import { connectTo } from '../../tests/support/socketClient.ts';
import type { SocketClient } from '../../tests/support/socketClient.ts';
import { projectReader } from '../compose/composeFiles.ts';
import type { RunCommand } from '../host.ts';
import { createMachineWatch } from '../observe/watch.ts';
import { readJsonLine, writeJsonLine } from '../operation/start/jsonLines.ts';
import type { Detach } from '../operation/start/launch.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { headerFile, metadataFile, volumeFile } from '../paths.ts';
import { machineAt } from '../thisMachine.ts';
import { tellReadiness } from './readiness.ts';
import { serveResident } from './resident.ts';

const LIMITS = {
  connections: 20,
  joinMilliseconds: 30_000,
  silentMilliseconds: 60_000,
  lastMilliseconds: 500,
};

let folder: string;
let server: Server;
let stop: AbortController;
let ended: Promise<void>;
let machines: Map<string, MachineDependencies>;
let detach: Detach;
const clients: SocketClient[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-connections-'));
  machines = new Map();
  detach = () => Promise.resolve(0);
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  stop.abort();
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

const paths = () => ({ datastore: folder, run: join(folder, 'run') });

/** Begins an agent. An account has a machine of its own where the test has made one. */
async function beginAgent(
  limits = LIMITS,
  onCount: (isCrowded: boolean) => void = () => undefined,
): Promise<void> {
  const machine = machineAt(paths(), projectReader());
  const shared = { watch: createMachineWatch(machine), run: nothing, program: [], isResident: true, detach };
  server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(join(folder, 'agent.sock'));
  await once(server, 'listening');
  stop = new AbortController();
  ended = serveResident(
    server,
    ({ account }) => ({ ...shared, account, machine: machines.get(account.name) ?? machine }),
    stop.signal,
    { limits, onCount },
  );
}

const nothing: RunCommand = () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });

function client(account = 'anna'): SocketClient {
  const made = connectTo(join(folder, 'agent.sock'), account);
  clients.push(made);
  return made;
}

const hello = (of: SocketClient) => of.heard('the hello', ({ type }) => type === 'hello');

/** Returns a promise, and what keeps it. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

/** Has requests of an account for a header wait. Returns how many were begun, and what lets one, or all, go on. */
function holdWork(account: string) {
  const waiting: (() => void)[] = [];
  let [begun, isHeld] = [0, true];
  const machine = machineAt(paths(), projectReader());
  const uuid = async (): Promise<undefined> => {
    begun += 1;
    if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  machines.set(account, { ...machine, luks: { ...machine.luks, uuid } });
  return {
    begun: () => expect.poll(() => begun, { timeout: 20_000 }),
    letOneGo: () => waiting.shift()?.(),
    letAllGo: () => {
      isHeld = false;
      for (const goOn of waiting.splice(0)) goOn();
    },
  };
}

/** Makes a repository that has nothing but its name. */
function makeShop(): void {
  const guid = randomUUID();
  mkdirSync(dirname(volumeFile(paths(), guid)), { recursive: true });
  writeFileSync(volumeFile(paths(), guid), '');
  const metadata = { guid, name: 'shop', networkId: 2816, created: new Date(0).toISOString() };
  writeFileSync(metadataFile(paths(), guid), JSON.stringify(metadata));
}

/** Puts a header there, of which each part makes a large answer. Returns what asks for it. */
function header(): { header: string; position: number } {
  const id = randomUUID();
  mkdirSync(dirname(headerFile(paths(), id)), { recursive: true });
  writeFileSync(headerFile(paths(), id), Buffer.alloc(HEADER_PART, 1));
  return { header: id, position: 0 };
}

/** Asks for as much as one may at once, and reads nothing of it. */
async function greedy(): Promise<SocketClient> {
  const asked = header();
  const made = client('greedy');
  await hello(made);
  made.socket.pause();
  for (let count = 0; count < REQUESTS_AT_ONCE; count += 1) made.ask('header.read', asked);
  return made;
}

/** Waits until all that others have asked for could have been worked on, as turns go round. */
async function turnsGoRound(): Promise<void> {
  const asked = { ...header(), position: HEADER_PART };
  const last = client();
  for (let count = 0; count < 30; count += 1)
    expect(await last.answerTo(last.ask('header.read', asked))).toMatchObject({ result: { base64: '' } });
}

/** Returns the bytes that this process needs. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Starts a create whose process does not come yet. */
function slowStart(): { begins: Promise<void>; goOn: () => void; start: (by: SocketClient) => number } {
  const [begins, goesOn] = [gate(), gate()];
  const operation = randomUUID();
  detach = async (_unit, command) => {
    begins.open();
    await goesOn.opened;
    const socket = connect(command.at(-1) ?? '');
    await readJsonLine(socket);
    writeJsonLine(socket, { accepted: operation });
    socket.end();
    return 0;
  };
  return {
    begins: begins.opened,
    goOn: goesOn.open,
    start: (by) =>
      by.ask('operation.start', {
        ...{ operation, verb: 'create', repository: 'shop', options: { size: 1024 ** 3 } },
        ...{ by: 'anna', secret: 'c2VjcmV0' },
      }),
  };
}

describe('a client that does not read', () => {
  it('does not keep the agent from ending', async () => {
    await beginAgent();
    await greedy();
    const other = client();
    await other.answerTo(other.ask('repository.list'));
    stop.abort();
    await arrival('the end of the agent', ended);
    await other.closed;
  });

  it('costs the agent a few answers, not all that it asked for', async () => {
    await beginAgent();
    const other = client();
    const asked = header();
    // What the first requests load stays.
    for (let count = 0; count < 10; count += 1) await other.answerTo(other.ask('header.read', asked));
    const before = memoryInUse();
    await greedy();
    await turnsGoRound();
    expect((memoryInUse() - before) / 1024 ** 2).toBeLessThan(40);
  });
});

describe('a client that floods', () => {
  it('delays itself: others have their turn, and starts, cancels and pings wait for nobody', async () => {
    await beginAgent();
    makeShop();
    const [flooded, crowded] = [holdWork('flood'), holdWork('crowd')];
    const flood = client('flood');
    const askFor = (by: SocketClient) => by.ask('header.save', { repository: 'shop' });
    const asked = Array.from({ length: REQUESTS_AT_ONCE - 2 }, () => askFor(flood));
    await flooded.begun().toBe(3);
    const other = client();
    await other.answerTo(askFor(other));
    await flood.ping();
    const cancelled = flood.ask('operation.cancel', { operation: 'none' });
    expect(await flood.answerTo(cancelled)).toMatchObject({ error: { code: 'operation-not-found' } });
    const started = await flood.answerTo(flood.ask('operation.start', {}));
    expect(JSON.stringify(started)).toContain('operation.start: ');
    await flooded.begun().toBe(3);

    // More of them take all places. Whoever has none is the next one.
    const crowd = [client('crowd'), client('crowd'), client('crowd')];
    for (const one of crowd) for (let count = 0; count < 10; count += 1) askFor(one);
    await crowded.begun().toBe(5);
    const late = askFor(other);
    await other.ping();
    crowded.letOneGo();
    await other.answerTo(late);
    for (const held of [crowded, flooded]) held.letAllGo();
    expect(await flood.answerTo(asked.at(-1) ?? 0)).toMatchObject({ type: 'refusal' });
    await flooded.begun().toBe(asked.length);
  });
});

describe('an agent that is asked to end while a start is slow', () => {
  it('goes on with that connection alone until the operation has begun, and starts nothing more', async () => {
    const { begins, goOn, start } = slowStart();
    await beginAgent();
    const [starting, other] = [client(), client('ben')];
    await Promise.all([hello(starting), hello(other)]);
    const first = start(starting);
    await begins;
    stop.abort();
    await arrival('the end of the other connection', other.closed);
    const refused = start(starting);
    await starting.ping();
    await starting.answerTo(starting.ask('repository.list'));
    goOn();
    expect(await starting.answerTo(first)).toMatchObject({ type: 'answer' });
    await arrival('the end of the connection', starting.closed);
    await arrival('the end of the agent', ended);
    expect(starting.messages.filter(({ id }) => id === refused)).toEqual([]);
  });

  it('does not wait for a client that does not take the answer', async () => {
    const { begins, goOn, start } = slowStart();
    await beginAgent();
    const starting = client();
    await hello(starting);
    start(starting);
    await begins;
    starting.socket.pause();
    const asked = header();
    for (let count = 0; count < 20; count += 1) starting.ask('header.read', asked);
    await turnsGoRound();
    stop.abort();
    goOn();
    await arrival('the end of the agent', ended);
  });
});

const skipped = existsSync('/usr/bin/socat') ? '' : ' (SKIPPED: needs socat)';

describe('connections', () => {
  it('that are silent are ended, and those of engines, which ping, are not', async () => {
    await beginAgent({ ...LIMITS, silentMilliseconds: 1_000 });
    const [engine, silent] = [client(), client()];
    await Promise.all([hello(engine), hello(silent)]);
    const pings = setInterval(() => void engine.ping(), 50);
    await arrival('the end of the silent one', silent.closed);
    clearInterval(pings);
    await engine.ping();
  });

  it('that are too many get no hello, and make place again as others end', async () => {
    await beginAgent({ ...LIMITS, connections: 2 });
    const [first, second] = [client(), client()];
    await Promise.all([hello(first), hello(second)]);
    expect(await arrival('the end of the third', client().closed)).toBe(0);
    first.socket.destroy();
    await expect
      .poll(async () => {
        const next = client();
        return Promise.race([hello(next).then(() => 'hello'), next.closed]);
      })
      .toBe('hello');
    await second.ping();
  });

  it.skipIf(skipped !== '')(`that are nearly too many have the next serve themselves${skipped}`, async () => {
    let isCrowded = false;
    await beginAgent({ ...LIMITS, connections: 10 }, (crowded) => {
      isCrowded = crowded;
    });
    const ready = join(folder, 'agent.ready');
    const told = tellReadiness(stop.signal, { file: ready, every: 5, isCrowded: () => isCrowded });
    // The script becomes the relay where the agent is joined.
    const joins = async (): Promise<string> => {
      const script = joinScript(join(folder, 'agent.sock'), ready);
      const relay = spawn('/bin/bash', ['-c', `set -- /mnt/rediacc\n${script}\necho served by itself`]);
      const exit = once(relay, 'exit');
      const [said] = (await arrival('a word', once(relay.stdout, 'data'))) as [Buffer];
      relay.kill();
      await exit;
      return said.toString().includes('itself') ? 'itself' : 'agent';
    };
    await expect.poll(joins, { timeout: 20_000 }).toBe('agent');
    const many = Array.from({ length: 9 }, () => client());
    await Promise.all(many.map((one) => hello(one)));
    await expect.poll(joins, { timeout: 20_000 }).toBe('itself');
    for (const one of many) one.socket.destroy();
    await expect.poll(joins, { timeout: 20_000 }).toBe('agent');
    stop.abort();
    await told;
  });

  it('that could not be accepted are no fault of the agent', async () => {
    await beginAgent();
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
    await hello(client());
  });
});
