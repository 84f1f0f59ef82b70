import { readdirSync, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { AGENT_READY, AGENT_SOCKET } from '../../shared/protocol/join.ts';
import { parseReady } from '../../shared/protocol/ready.ts';
import { readTextIfThere } from '../host.ts';
import { identify } from '../process.ts';
import { askHello } from './hello.ts';

/** How the resident agent is watched: its socket and the file of its signs, and times in milliseconds. */
interface Watching {
  readonly socket: string;
  readonly ready: string;
  readonly every: number;
  /** The time in which it has to say hello, or to give its next sign, which a loaded machine may need. */
  readonly answersWithin: number;
}

const USUAL: Watching = { socket: AGENT_SOCKET, ready: AGENT_READY, every: 60_000, answersWithin: 45_000 };

/** The most silences in a row that are borne, after agents that were ended and of whom none answered. */
const MOST_SILENCES = 64;

/**
 * Ends a resident agent that answers no more, twice in a row, until `stop`, for systemd to start another: its event
 * loop, its thread pool or its processes may hang though it is there. One that waits for a disk is left, as another
 * would wait as well, and each that is ended in vain makes the next end wait twice as long. What does not run is never
 * started: nobody is connected to the socket of an agent that somebody has stopped.
 */
export async function keepAgentAlive(
  stop: AbortSignal,
  { socket, ready, every, answersWithin }: Watching = USUAL,
): Promise<void> {
  let silences = 0;
  let borne = 2;
  while (!stop.aborted) {
    const agent = await livingAgent(ready);
    const silent =
      agent !== undefined &&
      (agent.age > answersWithin || (await askHello(socket, answersWithin, stop)) === 'silent');
    silences = silent ? silences + 1 : 0;
    if (agent !== undefined && !silent) borne = 2;
    if (agent !== undefined && silences >= borne && !waitsForDisk(agent.pid)) {
      silences = 0;
      borne = Math.min(borne * 2, MOST_SILENCES);
      end(agent);
    }
    await pause(every, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** An agent that has said that it answers, whose process is there. */
interface Living {
  readonly pid: number;
  readonly startTime: string;
  /** The milliseconds since its last sign. */
  readonly age: number;
}

async function livingAgent(ready: string): Promise<Living | undefined> {
  const said = parseReady((await readTextIfThere(ready).catch(() => undefined)) ?? '');
  if (said === undefined || identify(said.pid)?.startTime !== said.startTime) return undefined;
  return { ...said, age: (uptime() - said.uptime) * 1000 };
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
