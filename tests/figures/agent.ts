// What one resident agent costs and saves on the sandbox machine, beside an agent for each connection: `npm run figures:agent`.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createLocalEngine } from '../../electron/engine/localEngine.ts';
import type { LocalEngine } from '../../electron/engine/localEngine.ts';
import { killQemu } from '../../sandbox/qemu.ts';
import { sshArguments } from '../../sandbox/ssh.ts';
import { accessOf, machineFolder, readMachine } from '../../sandbox/state.ts';
import { DEFAULT_DATASTORE } from '../../shared/datastore.ts';
import {
  leastKeyCost,
  on,
  openBench,
  PASSPHRASE,
  secret,
  succeed,
  webCompose,
  webRediaccfile,
  writeFiles,
} from '../machine/support/bench.ts';
import type { Bench } from '../machine/support/bench.ts';
import { beginRun } from '../machine/support/claims.ts';

/** How many times each verb is timed; the median counts. */
const TIMES = 5;
/** The seconds over which the agent's processor time is counted. */
const SECONDS = 30;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Returns the seconds that work takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** Times what a person waits for, each verb after the other, so that all meet the same computer. */
async function timeVerbs(
  bench: Bench,
  ssh: readonly string[],
  daemon: string,
): Promise<Record<string, number>> {
  const verbs: Record<string, () => Promise<unknown>> = {
    'ssh sudo docker ps': () => ended('ssh', [...ssh, 'sudo', 'docker', '-H', `unix://${daemon}`, 'ps']),
    'rdc repo list': () => succeed(bench.rdc(['repo', 'list', ...on])),
    'rdc repo status': () => succeed(bench.rdc(['repo', 'status', 'shop', ...on])),
  };
  const seconds: Record<string, number[]> = {};
  for (let time = 0; time < TIMES; time += 1) {
    for (const [name, work] of Object.entries(verbs)) (seconds[name] ??= []).push(await timed(work));
    const up = bench.startRdc(['repo', 'up', 'shop', ...on, '--events']);
    (seconds['from Enter to the first event of up'] ??= []).push(await timed(() => up.printed('"started"')));
    await succeed(up.ended);
  }
  return Object.fromEntries(Object.entries(seconds).map(([name, all]) => [name, median(all)]));
}

async function ended(program: string, words: readonly string[]): Promise<void> {
  const child = spawn(program, words, { stdio: 'ignore' });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
}

/** A script that prints, of all processes of agents, how many there are, their memory in KiB, and their ticks until now. */
const COSTS = `
  processes=0 rss=0 pss=0 ticks=0
  for process in $(pgrep -f '^[^ ]*node.* (agent|serve)( |$)'); do
    grep -q renet /proc/$process/cmdline || continue
    processes=$((processes + 1))
    rss=$((rss + $(awk '/^Rss:/ {print $2}' /proc/$process/smaps_rollup)))
    pss=$((pss + $(awk '/^Pss:/ {print $2}' /proc/$process/smaps_rollup)))
    ticks=$((ticks + $(awk '{print $14 + $15}' /proc/$process/stat)))
  done
  echo $processes $rss $pss $ticks $(cut -d ' ' -f 1 /proc/uptime)
`;

/** Returns what the agents of the machine cost while so many admins watch it. */
async function costOf(bench: Bench, admins: number): Promise<string> {
  const watching = await Promise.all(Array.from({ length: admins }, () => watch(bench)));
  await pause(15_000);
  const look = async (): Promise<number[]> => (await bench.root(COSTS)).trim().split(' ').map(Number);
  const [, , , before = 0, begun = 0] = await look();
  await pause(SECONDS * 1000);
  const [processes, rss = 0, pss = 0, after = 0, over = 0] = await look();
  await Promise.all(watching.map((stop) => stop()));
  const share = (((after - before) / 100 / (over - begun)) * 100).toFixed(1);
  return `${processes} processes, ${Math.round(rss / 1024)} MB RSS, ${Math.round(pss / 1024)} MB PSS, ${share} % of a core`;
}

/** Watches the machine as the window of one admin does, over a connection of its own. Returns what ends it. */
async function watch(bench: Bench): Promise<() => Promise<void>> {
  const { host, port, user, key } = bench.machine;
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-admin-'));
  writeFileSync(join(folder, 'known_hosts'), readFileSync(join(bench.configuration, 'known_hosts')));
  const local: LocalEngine = createLocalEngine({
    folders: { config: folder, state: folder },
    people: {
      sudoPassword: () => Promise.resolve(undefined),
      trustHostKey: () => Promise.resolve(false),
    },
    version: '0.0.0',
    readAgent: () => Promise.reject(new Error('nothing is set up here')),
  });
  const machine = {
    machine: { name: 'm', host, port, user, datastore: DEFAULT_DATASTORE },
    context: 'figures',
    sshKey: key,
  };
  const stop = new AbortController();
  await new Promise<void>((resolve, reject) => {
    local.engine
      .watch(machine, { onState: () => resolve(), onConnection: () => undefined }, stop.signal)
      .catch(reject);
  });
  return async () => {
    stop.abort();
    await local.close();
    rmSync(folder, { recursive: true });
  };
}

async function main(): Promise<void> {
  beginRun();
  process.env['VITEST_POOL_ID'] = 'figures';
  const bench = await openBench();
  try {
    await bench.root(leastKeyCost);
    await succeed(bench.rdc(['repo', 'create', 'shop', ...on, '--size', '512M', ...secret], PASSPHRASE));
    await bench.root(
      writeFiles('shop', { 'docker-compose.yml': webCompose('web'), Rediaccfile: webRediaccfile }),
    );
    await succeed(bench.rdc(['repo', 'up', 'shop', ...on]));
    const state = await readMachine(bench.machine.name);
    if (state === undefined) throw new Error('the machine is gone');
    const ssh = sshArguments(accessOf(state), 'deploy');
    const daemon = (await bench.root('ls /run/rediacc/docker-*.sock')).trim();
    const units = 'rediacc-agent.socket rediacc-agent.service';
    for (const [title, verb] of [
      ['an agent for each connection', 'stop'],
      ['one resident agent', 'start'],
    ] as const) {
      await bench.root(`systemctl ${verb} ${units}`);
      say(`\n${title}`);
      for (const [name, seconds] of Object.entries(await timeVerbs(bench, ssh, daemon)))
        say(`  ${name.padEnd(38)} ${seconds.toFixed(1)} s`);
      for (const admins of [0, 1, 5])
        say(`  ${`watched by ${admins}`.padEnd(38)} ${await costOf(bench, admins)}`);
    }
  } finally {
    bench.close();
    await killQemu(machineFolder(bench.machine.name));
  }
}

await main();
