// True sockets, the true relay and the true script that joins: only the machine behind the agent is a folder.

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openAgentChannel } from '../../electron/engine/agent/agentChannel.ts';
import { systemClock } from '../../electron/engine/clock.ts';
import { JOIN_OR_ELSE, joinScript, LONGEST_JOIN } from '../../shared/protocol/join.ts';
import { asideSign, parseReady, readyLine } from '../../shared/protocol/ready.ts';
import { arrival } from '../../tests/support/arrival.ts';
import type { Account } from '../agent.ts';
import { projectReader } from '../compose/composeFiles.ts';
import { runCommand } from '../host.ts';
import { createMachineWatch } from '../observe/watch.ts';
import { identify } from '../process.ts';
import { machineAt } from '../thisMachine.ts';
import { tellReadiness } from './readiness.ts';
import { serveResident } from './resident.ts';

let folder: string;
let socketPath: string;
let readyPath: string;
let server: Server;
let stop: AbortController;
let ended: Promise<unknown>;
let joined: { account: Account; datastore: string }[];
const relays: ChildProcess[] = [];
const clients: Socket[] = [];

async function beginAgent(every = 10): Promise<void> {
  const machine = machineAt({ datastore: folder, run: join(folder, 'run') }, projectReader());
  const watch = createMachineWatch(machine);
  const shared = { machine, watch, run: runCommand, program: [], isResident: true };
  server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(socketPath);
  await once(server, 'listening');
  stop = new AbortController();
  const served = serveResident(
    server,
    (who) => {
      joined.push(who);
      return { ...shared, account: who.account, detach: () => Promise.resolve(0) };
    },
    stop.signal,
  );
  const times = { every, probation: 3_600_000 };
  ended = Promise.all([served, tellReadiness(stop.signal, { file: readyPath, run: runCommand, ...times })]);
  await expect.poll(() => signNow()?.pid).toBe(process.pid);
}

const signNow = () => (existsSync(readyPath) ? parseReady(readFileSync(readyPath, 'utf8')) : undefined);

/** Writes a sign of this process, as old as that, seconds. */
function sign(age: number, more: { pid?: number; startTime?: string; shortLives?: number } = {}): void {
  const startTime = identify(process.pid)?.startTime ?? '';
  const said = { pid: process.pid, startTime, uptime: uptime() - age, shortLives: 0, ...more };
  writeFileSync(readyPath, readyLine(said));
}

async function endAgent(): Promise<void> {
  stop.abort();
  await ended;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-resident-'));
  socketPath = join(folder, 'agent.sock');
  readyPath = join(folder, 'agent.ready');
  joined = [];
  await beginAgent();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const relay of relays.splice(0)) relay.kill('SIGKILL');
  stop.abort();
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

/** Joins as the engine does on a machine; `more` are variables of sudo. No program is found by a PATH. */
function joinAgent(
  more: NodeJS.ProcessEnv = {},
  {
    datastore = '/mnt/my data',
    script = joinScript(socketPath, readyPath),
    stdin = 'pipe',
  }: { datastore?: string; script?: string; stdin?: 'pipe' | number } = {},
): ChildProcess {
  const file = join(folder, 'join');
  writeFileSync(file, script);
  // What root has there must not be run: bash reads it where its input is a socket, as it is here.
  writeFileSync(join(folder, '.bashrc'), 'exit 3\n');
  const words = [
    '--norc',
    '-c',
    JOIN_OR_ELSE,
    file,
    datastore,
    '/bin/sh',
    '-c',
    'echo served by itself; exec /bin/cat',
  ];
  const child = spawn('/bin/bash', words, {
    env: { PATH: '/nowhere', HOME: folder, ...more },
    detached: true,
    stdio: [stdin, 'pipe', 'pipe'],
  });
  // A client that is not read any more has nothing to complain of here.
  child.stdin?.on('error', () => undefined);
  relays.push(child);
  return child;
}

/** Returns the processes that a join has started and that have not ended: all are of its process group. */
const leftOf = ({ pid: group = 0 }: ChildProcess): string[] =>
  readdirSync('/proc').filter((pid) => {
    const [, fields = ''] = (/^\d+$/.test(pid) ? (statOf(pid) ?? '') : '').split(') ');
    const [state, , itsGroup] = fields.split(' ');
    return state !== 'Z' && itsGroup === String(group);
  });

function statOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}

const SUDO = { SUDO_UID: '1000', SUDO_GID: '1001', SUDO_USER: 'deploy' };

async function openChannel(child: ChildProcess) {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the relay has no pipes');
  const exit = once(child, 'exit').then(([code]) => ({ code: code as number | null, signal: null }));
  const reference = { name: 'm', host: '127.0.0.1', port: 22, user: 'deploy', datastore: '/mnt/my data' };
  const process = { stdin, stdout, stderr, exit, kill: () => void child.kill() };
  return openAgentChannel(process, {
    ...{ machine: { context: 'c', sshKey: '', machine: reference }, version: '', clock: systemClock },
    ...{ onHeard: () => undefined, onSilent: () => undefined },
  });
}

/** Returns the output of a join whose client has sent this, and closes its end once something came. */
const outputOf = async (child: ChildProcess, sent = ''): Promise<string> => {
  let output = '';
  child.stdin?.write(sent);
  child.stdout?.on('data', (text: Buffer) => {
    output += text.toString();
    child.stdin?.end();
  });
  await arrival('the end of the join', once(child, 'close'));
  return output;
};

const ALONE = 'served by itself\n';

const skipped = existsSync('/usr/bin/socat') ? '' : ' (SKIPPED: needs socat)';

describe.skipIf(skipped !== '')(`a connection${skipped}`, () => {
  it('is served by the resident agent, as the account that used sudo', async () => {
    const channel = await openChannel(joinAgent(SUDO));
    expect(channel.hello.resident).toBe(true);
    expect(await channel.request('repository.list', {})).toEqual([]);
    expect(joined).toEqual([
      { account: { name: 'deploy', uid: 1000, gid: 1001 }, datastore: '/mnt/my data' },
    ]);
  });

  it('is root where nobody used sudo', async () => {
    await openChannel(joinAgent());
    expect(joined.map(({ account }) => account)).toEqual([{ name: 'root', uid: 0, gid: 0 }]);
  });

  it('ends at once when the agent ends, and joins the next one', async () => {
    const [first, other] = [joinAgent(SUDO), joinAgent(SUDO)];
    const channels = [await openChannel(first), await openChannel(other)];
    const gone = [first, other].map((relay) => once(relay, 'exit'));
    stop.abort();
    await ended;
    await arrival('the end of the relays', Promise.all(gone));
    for (const channel of channels) expect(await channel.closed).toMatchObject({ code: 'connection-lost' });
    await beginAgent();
    const again = await openChannel(joinAgent(SUDO));
    expect(await again.request('repository.list', {})).toEqual([]);
  });
});

describe.skipIf(skipped !== '')(`what a connection starts${skipped}`, () => {
  it('is the relay and one program more, and ends with the agent though the client holds its end open', async () => {
    execFileSync('mkfifo', [join(folder, 'client')]);
    const held = openSync(join(folder, 'client'), 'r+');
    onTestFinished(() => closeSync(held));
    const relay = joinAgent(SUDO, { stdin: held });
    if (relay.stdout !== null) await arrival('the hello', once(relay.stdout, 'data'));
    expect(leftOf(relay)).toHaveLength(2);
    const gone = once(relay, 'exit');
    await endAgent();
    await arrival('the end of the relay', gone);
    await expect.poll(() => leftOf(relay)).toEqual([]);
  });

  it('ends when the client closes its end', async () => {
    const relay = joinAgent(SUDO);
    await openChannel(relay);
    const gone = once(relay, 'exit');
    relay.stdin?.end();
    await arrival('the end of the relay', gone);
    expect(leftOf(relay)).toEqual([]);
  });
});

describe.skipIf(skipped !== '')(`where no agent answers${skipped}`, () => {
  /** Ends the agent and holds its socket, as systemd does for one that cannot start: nobody answers what connects. */
  async function holdSocket(): Promise<void> {
    await endAgent();
    const holder = createServer().listen(socketPath);
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
  }

  it.each([
    ['no sign of any', () => rmSync(readyPath)],
    ['the sign of one that has ended long ago', () => sign(3600, { startTime: '1' })],
    ['the sign of one that says nothing any more', () => sign(3600)],
    ['a sign that is none', () => writeFileSync(readyPath, 'ready-1\t$(touch x)\t1\t1.00\t\n')],
    ['a sign in another form', () => writeFileSync(readyPath, 'ready-2\t1\t1\t1.00\t\n')],
  ])('the command is run instead, with all that the client has sent: %s', async (_, spoil) => {
    await holdSocket();
    spoil();
    const script = joinScript(socketPath, readyPath).replace('sleep 15', 'sleep 1');
    expect(await outputOf(joinAgent(SUDO, { script }), 'of the client')).toBe(`${ALONE}of the client`);
  });

  it('and for the sign of another process that had its number', async () => {
    await endAgent();
    sign(0, { startTime: '1' });
    expect(await outputOf(joinAgent(SUDO))).toBe(ALONE);
  });

  it('because nobody holds its socket, at once', async () => {
    await endAgent();
    expect(await outputOf(joinAgent(SUDO))).toBe(ALONE);
  });

  it('and though somebody listens to a socket of a longer name', async () => {
    await endAgent();
    const longer = createServer().listen(`${socketPath}.other`);
    await once(longer, 'listening');
    // It does not wait: that would take longer than this test has.
    const script = joinScript(socketPath, readyPath).replace('sleep 15', 'sleep 3600');
    expect(await outputOf(joinAgent(SUDO, { script }))).toBe(ALONE);
    longer.close();
  });

  it('and without the relay, or for a datastore that the line cannot name', async () => {
    const script = joinScript(socketPath, readyPath).replace('/usr/bin/socat', join(folder, 'socat'));
    expect(await outputOf(joinAgent(SUDO, { script }))).toBe(ALONE);
    expect(await outputOf(joinAgent(SUDO, { datastore: '/mnt/a\tb' }))).toBe(ALONE);
    expect(joined).toEqual([]);
  });

  it('and where its sign is fresh and its socket gone', async () => {
    await endAgent();
    sign(0);
    expect(await outputOf(joinAgent(SUDO), 'of the client')).toBe(`${ALONE}of the client`);
  });

  it('and where bash, before 5.1, finds no place for the line that tells who acts', async () => {
    // A name in that folder is longer than the kernel takes, as no file fits on a disk that is full.
    const room = 4096 - '/sh-thd.XXXXXX'.length - folder.length;
    const long = `${folder}${'/'.repeat(room % 2)}${'/.'.repeat(Math.floor(room / 2))}`;
    const older = { BASH_COMPAT: '4.4', ...SUDO };
    await openChannel(joinAgent(older));
    expect(joined).toHaveLength(1);
    expect(await outputOf(joinAgent({ ...older, TMPDIR: long }), 'of the client')).toBe(
      `${ALONE}of the client`,
    );
    expect(joined).toHaveLength(1);
  });

  it('and where one says that it is not to be joined', async () => {
    await endAgent();
    const { pid, startTime } = identify(process.pid) ?? { pid: 0, startTime: '' };
    writeFileSync(readyPath, readyLine(asideSign({ pid, startTime, uptime: uptime() }, 3)));
    expect(await outputOf(joinAgent(SUDO))).toBe(ALONE);
  });

  it('and where the file that joins is not there, or broken', async () => {
    expect(await outputOf(joinAgent(SUDO, { script: 'if then\n' }))).toBe(ALONE);
    const relay = spawn('/bin/bash', [
      '--norc',
      '-c',
      JOIN_OR_ELSE,
      join(folder, 'none'),
      '/mnt',
      '/bin/echo',
      'alone',
    ]);
    expect(await outputOf(relay)).toBe('alone\n');
  });

  it('but one is waited for that has been silent and lives, as after a sleep of the machine', async () => {
    await endAgent();
    await beginAgent(3_600_000);
    sign(3600);
    const relay = joinAgent(SUDO);
    const channel = openChannel(relay);
    await expect.poll(() => leftOf(relay).length).toBe(2);
    sign(0);
    expect((await channel).hello.resident).toBe(true);
  });

  it('but the next agent is waited for where one has just ended and systemd holds its socket', async () => {
    await endAgent();
    // The socket is there, and its agent answers a while later.
    server = createServer({ allowHalfOpen: true });
    server.listen(socketPath);
    await once(server, 'listening');
    const relay = joinAgent(SUDO);
    const channel = openChannel(relay);
    await expect.poll(() => leftOf(relay).length).toBe(2);
    server.close();
    await beginAgent();
    expect((await channel).hello.resident).toBe(true);
    expect(leftOf(relay)).toHaveLength(2);
  });
});

describe.skipIf(skipped !== '')(`a client that sends what it likes${skipped}`, () => {
  const send = async (bytes: Uint8Array): Promise<void> => {
    const client = connect(socketPath);
    clients.push(client);
    client.on('error', () => undefined);
    const closed = once(client, 'close');
    client.resume();
    client.write(bytes);
    await arrival('the end of the connection', closed);
  };

  it.each([
    ['no line that joins', Buffer.from('GET / HTTP/1.1\n')],
    ['an account that is none', Buffer.from('join-1\t-1\t0\troot\t/mnt/rediacc\n')],
    ['a line without end', Buffer.alloc(LONGEST_JOIN + 1, 'a')],
    ['bytes that are no frames', Buffer.from('join-1\t0\t0\troot\t/mnt/rediacc\nnonsense, and no frame')],
  ])('ends its own connection alone: %s', async (_, bytes) => {
    const channel = await openChannel(joinAgent(SUDO));
    await send(bytes);
    expect(await channel.request('repository.list', {})).toEqual([]);
  });
});
