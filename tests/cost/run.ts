import { execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { AGENT_UNIT, AGENT_UNITS } from '../../shared/agentUnits.ts';
import { DEFAULT_DATASTORE } from '../../shared/datastore.ts';
import { dockerSocket } from '../../renet/paths.ts';
import { AGENT_SOCKET } from '../../shared/protocol/join.ts';
import { agentBundle } from '../../scripts/bundles.ts';
import { memoryOf, usedBy } from './figures.ts';
import { plantMachine } from './plantedMachine.ts';
import type { PlantedRepository } from './plantedMachine.ts';
import { joinAgent } from './watcher.ts';

const USAGE = `npm run measure:agent -- [options]   as root, natively
  --repositories N   running repositories (20)
  --services N       services of each (5)
  --watchers LIST    how many watch, one measurement each (0,1,5,20)
  --idle N           connections that watch nothing, for the cost of one (100)
  --readings N       readings of everything, for the cost of one (0)
  --seconds N        the time of each measurement (60)
  --profile FOLDER   write there where the agent's processor time went`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The port on which every service of the planted machine listens. */
const SERVICE_PORT = 8080;
/** The time after a change of the watchers before anything is measured. */
const SETTLE_MILLISECONDS = 20_000;

interface Wanted {
  readonly repositories: number;
  readonly services: number;
  readonly watchers: readonly number[];
  readonly idle: number;
  readonly readings: number;
  readonly seconds: number;
  readonly profile: string | undefined;
}

function readWords(words: readonly string[]): Wanted {
  const text = { type: 'string' } as const;
  const numbers = { repositories: text, services: text, idle: text, readings: text, seconds: text };
  const { values } = parseArgs({ args: [...words], options: { ...numbers, watchers: text, profile: text } });
  const { repositories = '20', services = '5', watchers = '0,1,5,20', idle = '100' } = values;
  const { readings = '0', seconds = '60', profile } = values;
  return {
    ...{ repositories: Number(repositories), services: Number(services), idle: Number(idle) },
    ...{ watchers: watchers.split(',').filter(Boolean).map(Number), seconds: Number(seconds) },
    ...{ readings: Number(readings), profile },
  };
}

/** Starts the daemons' process. It is another one, so that its work is not taken for the agent's. */
async function startDaemons(planted: readonly PlantedRepository[]): Promise<() => void> {
  const child = fork(fileURLToPath(new URL('daemons.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  child.send(planted);
  await once(child, 'message');
  return () => void child.kill('SIGKILL');
}

/** Listens at the address of every service, as a service that runs does. */
async function listenAtAll(planted: readonly PlantedRepository[]): Promise<() => void> {
  const servers = planted.flatMap(({ addresses }) =>
    addresses.map((host) => createServer().listen(SERVICE_PORT, host)),
  );
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return () => {
    for (const server of servers) server.close();
  };
}

/** Returns the variables that the agent's unit sets. */
function unitEnvironment(): Record<string, string> {
  const unit = AGENT_UNITS.find(({ name }) => name === AGENT_UNIT)?.text ?? '';
  const words = /^Environment=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? [];
  return Object.fromEntries(words.map((word) => word.split('=', 2) as [string, string]));
}

/** Starts the agent. Returns its process, and what ends it, which resolves once it has ended. */
async function startAgent(program: string, profile: string | undefined) {
  const profiled = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profile)}`];
  const child = spawn(process.execPath, [...profiled, program, 'agent'], {
    cwd: '/',
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { PATH: process.env['PATH'], ...unitEnvironment() },
  });
  process.once('exit', () => child.kill('SIGKILL'));
  while (!existsSync(AGENT_SOCKET)) await pause(50);
  const ended = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid ?? 0, end };
}

function print(label: string, ...figures: string[]): void {
  say([label.padEnd(22), ...figures.map((figure) => figure.padStart(12))].join(''));
}

/** Measures what the agent uses while so many watch. */
async function measure(pid: number, datastore: string, watchers: number, seconds: number): Promise<void> {
  const joined = await Promise.all(Array.from({ length: watchers }, () => joinAgent(datastore, true)));
  await pause(SETTLE_MILLISECONDS);
  const states = (): number => joined.reduce((sum, one) => sum + one.count(), 0);
  const before = { ...usedBy(pid), at: performance.now(), states: states() };
  await pause(seconds * 1000);
  const after = { ...usedBy(pid), at: performance.now(), states: states() };
  const took = (after.at - before.at) / 1000;
  const { rss, pss } = memoryOf(pid);
  const percent = (100 * (after.cpuSeconds - before.cpuSeconds)) / took;
  const perSecond = (what: 'waits' | 'states'): string => ((after[what] - before[what]) / took).toFixed(1);
  print(
    `${watchers} watching`,
    rss.toFixed(1),
    pss.toFixed(1),
    percent.toFixed(2),
    perSecond('waits'),
    perSecond('states'),
  );
  for (const one of joined) one.close();
}

/** Prints what one more connection costs, by so many. */
async function measureConnections(
  pid: number,
  datastore: string,
  count: number,
  watches: boolean,
): Promise<void> {
  const before = memoryOf(pid).rss;
  const joined = await Promise.all(Array.from({ length: count }, () => joinAgent(datastore, watches)));
  await pause(SETTLE_MILLISECONDS);
  const after = memoryOf(pid).rss;
  print(
    `${count} ${watches ? 'that watch' : 'connections'}`,
    `${((after - before) / count).toFixed(3)} MiB each`,
  );
  for (const one of joined) one.close();
}

/** The milliseconds for a reading of everything and the pause after it, while somebody watches. */
const READING_MILLISECONDS = 5_000;

/** Prints what a reading of everything costs while one watches, by so many, each for a change that was planted. */
async function measureReadings(pid: number, datastore: string, count: number): Promise<void> {
  const watcher = await joinAgent(datastore, true);
  await pause(SETTLE_MILLISECONDS);
  const cost = async (change: () => void): Promise<number> => {
    const before = usedBy(pid).cpuSeconds;
    for (let reading = 0; reading < count; reading += 1) {
      change();
      await pause(READING_MILLISECONDS);
    }
    return usedBy(pid).cpuSeconds - before;
  };
  const without = await cost(() => undefined);
  // A daemon's socket that comes is heard of, whatever stands behind it.
  let planted = 0;
  const withThem = await cost(() => writeFileSync(dockerSocket(65_535 - (planted += 1)), ''));
  const milliseconds = (1000 * (withThem - without)) / count;
  print(`${count} readings`, `${milliseconds.toFixed(0)} ms each`);
  watcher.close();
}

async function run(words: readonly string[]): Promise<void> {
  const { repositories, services, watchers, idle, readings, seconds, profile } = readWords(words);
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-cost-'));
  const program = join(folder, 'renet.cjs');
  await build(agentBundle(program));
  const datastore = DEFAULT_DATASTORE;
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const planted = plantMachine(datastore, repositories, services);
  const endings = [await startDaemons(planted), await listenAtAll(planted)];
  try {
    const { pid, end } = await startAgent(program, profile);
    const { first, close } = await joinAgent(datastore, true);
    close();
    const problem = first?.repositories?.find((repository) => repository.problem !== undefined)?.problem;
    if (problem !== undefined)
      throw new Error(`a planted repository is not as it should be: ${problem.code}`);
    const running = first?.repositories?.filter(({ state }) => state === 'running').length ?? 0;
    const operations = first?.operations?.length ?? 0;
    const containers = first?.containers?.length ?? 0;
    say(`Node ${process.version}: ${running} running, ${containers} containers, ${operations} operations`);
    print('', 'RSS MiB', 'PSS MiB', 'CPU %', 'waits/s', 'states/s');
    for (const count of watchers) await measure(pid, datastore, count, seconds);
    if (readings > 0) await measureReadings(pid, datastore, readings);
    if (idle > 0) await measureConnections(pid, datastore, idle, false);
    if (idle > 0) await measureConnections(pid, datastore, idle, true);
    await end();
  } finally {
    for (const end of endings) end();
    rmSync(folder, { recursive: true });
  }
}

const [first, ...words] = process.argv.slice(2);
if (first === '--help') {
  say(USAGE);
} else if (first === '--alone') {
  await run(words);
  process.exit();
} else {
  // What is mounted below is seen by nobody else, and goes with this process; nobody else's sockets are seen here.
  const again = [process.execPath, '--import', 'tsx', fileURLToPath(import.meta.url), '--alone'];
  const { status } = spawnSync(
    'unshare',
    ['--mount', '--propagation', 'private', '--net', ...again, ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  process.exitCode = status ?? 1;
}
