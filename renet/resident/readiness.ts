import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { uptime } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { AGENT_READY } from '../../shared/protocol/join.ts';
import { asideSign, MANY_SHORT_LIVES, parseReady, readyLine } from '../../shared/protocol/ready.ts';
import type { Ready } from '../../shared/protocol/ready.ts';
import { readTextIfThere, runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { identify } from '../process.ts';

/** The ticks in a second of a process's start time. */
const TICKS = 100;
/** The seconds after which a life is no short one. */
const SHORT_SECONDS = 60;
/** The signs after which the next one is given only once a process could be started. */
const SIGNS_A_PROCESS = 30;

interface ReadinessDependencies {
  readonly file: string;
  readonly run: RunCommand;
  /** The milliseconds between two signs. The join takes a sign for old after 30 s. */
  readonly every: number;
  /** The milliseconds that an agent has to live first after too many that did not live long. */
  readonly probation: number;
  /** Tells whether so many are connected that others should serve themselves. */
  readonly isCrowded: () => boolean;
}

const USUAL: ReadinessDependencies = {
  file: AGENT_READY,
  run: runCommand,
  every: 10_000,
  probation: SHORT_SECONDS * 1000,
  isCrowded: () => false,
};

/**
 * Tells in a file that this agent answers, every few seconds until `stop`, and then that it ends. A sign takes the event
 * loop, the thread pool and now and then a process, so that an agent that lacks one of them is not joined any more. An agent
 * whose predecessors all died young is not joined before it is older than they were, and one with too many connections
 * not until some have ended. Rejects never.
 */
export async function tellReadiness(
  stop: AbortSignal,
  given: Partial<ReadinessDependencies> = {},
): Promise<void> {
  const { file, run, every, probation, isCrowded } = { ...USUAL, ...given };
  const startTime = identify(process.pid)?.startTime ?? '0';
  const wait = (milliseconds: number): Promise<void> =>
    pause(milliseconds, undefined, { signal: stop }).catch(() => undefined);
  const tell = (ready: Ready): Promise<void> => write(file, readyLine(ready)).catch(() => undefined);
  const tellAside = (lives: number): Promise<void> =>
    tell(asideSign({ pid: process.pid, startTime, uptime: uptime() }, lives));
  const before = livesAfter(parseReady((await readTextIfThere(file).catch(() => undefined)) ?? ''));
  const isOnProbation = before >= MANY_SHORT_LIVES;
  for (let left = isOnProbation ? probation : 0; left > 0 && !stop.aborted; left -= every) {
    await tellAside(before);
    await wait(Math.min(every, left));
  }
  const shortLives = isOnProbation ? 0 : before;
  for (let signs = 0; !stop.aborted; signs += 1) {
    const isWell = signs % SIGNS_A_PROCESS !== 0 || (await startsProcesses(run));
    if (isWell && isCrowded()) await tellAside(shortLives);
    else if (isWell) await tell({ pid: process.pid, startTime, uptime: uptime(), shortLives });
    else signs -= 1;
    await wait(every);
  }
  await tell({ pid: 0, startTime: '0', uptime: uptime(), shortLives: 0 });
}

/** Returns the short lives in a row, after the last sign of the agent before. */
function livesAfter(before: Ready | undefined): number {
  // None, one of another boot, and one that said that it ends.
  if (before === undefined || before.uptime > uptime()) return 0;
  if (before.pid === 0) return before.shortLives;
  const lived = before.uptime - Number(before.startTime) / TICKS;
  return lived < SHORT_SECONDS ? before.shortLives + 1 : 0;
}

async function startsProcesses(run: RunCommand): Promise<boolean> {
  try {
    await run(['true']);
    return true;
  } catch {
    return false;
  }
}

async function write(file: string, text: string): Promise<void> {
  // Not emptied first: who reads it at any time sees a whole sign.
  const opened = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    await opened.write(text, 0);
  } finally {
    await opened.close();
  }
}
