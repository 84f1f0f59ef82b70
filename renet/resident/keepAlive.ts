import { readdirSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { AGENT_UNIT } from '../../shared/agentUnits.ts';
import { AGENT_READY, AGENT_SOCKET } from '../../shared/protocol/join.ts';
import { parseReady } from '../../shared/protocol/ready.ts';
import { readTextIfThere, runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { identify } from '../process.ts';
import { askHello } from './hello.ts';

/** How the resident agent is watched: its socket and the file of its signs, and times in milliseconds. */
interface Watching {
  readonly socket: string;
  readonly ready: string;
  readonly every: number;
  /** The time in which it has to say hello, or to give its next sign, which a loaded machine may need. */
  readonly answersWithin: number;
  /** The age before which no agent is ended: on a slow machine one takes minutes to start. */
  readonly youngest: number;
  readonly run: RunCommand;
}

const USUAL: Watching = {
  ...{ socket: AGENT_SOCKET, ready: AGENT_READY, run: runCommand },
  ...{ every: 60_000, answersWithin: 45_000, youngest: 300_000 },
};

/** The ticks in a second of a process's start time. */
const TICKS = 100;

/** The most silences in a row that are borne, after agents that were ended and of whom none answered. */
const MOST_SILENCES = 64;

/**
 * Ends a resident agent that answers no more, twice in a row, until `stop`, for systemd to start another: its event
 * loop, its thread pool or its processes may hang though it is there. One that waits for a disk is left, as another
 * would wait as well, and so is one that is young. Each that is ended in vain makes the next end wait twice as long. What
 * does not run is never started: nobody is connected to the socket of an agent that somebody has stopped.
 */
export async function keepAgentAlive(
  stop: AbortSignal,
  { socket, ready, every, answersWithin, youngest, run }: Watching = USUAL,
): Promise<void> {
  let silences = 0;
  let borne = 2;
  let last: Living | undefined;
  while (!stop.aborted) {
    const agent = (await signedAgent(ready)) ?? (await startedAgent(run, stop));
    const silent =
      agent !== undefined &&
      (agent.age > answersWithin || (await askHello(socket, answersWithin, stop)) === 'silent');
    const isSame = agent?.pid === last?.pid && agent?.startTime === last?.startTime;
    last = agent;
    silences = silent ? (isSame ? silences : 0) + 1 : 0;
    if (agent !== undefined && !silent) borne = 2;
    if (agent !== undefined && silences >= borne && isOlder(agent, youngest) && !waitsForDisk(agent.pid)) {
      silences = 0;
      borne = Math.min(borne * 2, MOST_SILENCES);
      end(agent);
    }
    await pause(every, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** An agent whose process is there. */
interface Living {
  readonly pid: number;
  readonly startTime: string;
  /** The milliseconds since its last sign; 0 for one that has given none. */
  readonly age: number;
}

/** Returns the agent that has given the sign, whether it is to be joined or not. */
async function signedAgent(ready: string): Promise<Living | undefined> {
  const sign = parseReady((await readTextIfThere(ready).catch(() => undefined)) ?? '');
  const said = sign?.aside ?? sign;
  if (said === undefined || identify(said.pid)?.startTime !== said.startTime) return undefined;
  return { ...said, age: (uptime() - said.uptime) * 1000 };
}

/** Returns the agent that systemd has started and does not end, which has given no sign of its own yet. */
async function startedAgent(run: RunCommand, stop: AbortSignal): Promise<Living | undefined> {
  const asked = ['systemctl', 'show', '-p', 'MainPID', '-p', 'ActiveState', AGENT_UNIT];
  const shown = await run(asked, { signal: stop }).catch(() => undefined);
  const lines = shown?.stdout.split('\n') ?? [];
  const pid = Number(lines.find((line) => line.startsWith('MainPID='))?.slice('MainPID='.length) ?? 0);
  const found = pid > 0 && lines.includes('ActiveState=active') ? identify(pid) : undefined;
  return found && { ...found, age: 0 };
}

function isOlder({ startTime }: Living, milliseconds: number): boolean {
  return (uptime() - Number(startTime) / TICKS) * 1000 > milliseconds;
}

/** Ends the process alone, not what it has started. */
function end({ pid, startTime }: Living): void {
  try {
    if (identify(pid)?.startTime === startTime) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Tells whether a thread of a process is in an uninterruptible sleep, in which nothing can end it. */
function waitsForDisk(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).startsWith('D');
    });
  } catch {
    // A thread has just ended.
    return false;
  }
}
