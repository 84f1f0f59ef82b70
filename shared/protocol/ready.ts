/** The first word of the agent's sign that it answers, with the version of its form. */
const FIRST_WORD = 'ready-1';

/** The characters of every sign: one is written over the other, and a reader must never see the rest of the last. */
const CHARACTERS = 80;

/** The short lives in a row after which an agent is not joined before it has lived a minute. */
export const MANY_SHORT_LIVES = 3;

/** What the resident agent tells of itself in its file (AGENT_READY), which the join reads without a process. */
export interface Ready {
  /** The agent's process; 0 for one that is not to be joined: it ends, or has not yet lived long enough. */
  readonly pid: number;
  /** The time at which it started, in clock ticks since the boot (field 22 of /proc/PID/stat). */
  readonly startTime: string;
  /** The seconds since the boot at which it last told. */
  readonly uptime: number;
  /** How many agents in a row ended within a minute without having been asked to. */
  readonly shortLives: number;
}

/** Returns the sign, as the file has it. */
export function readyLine({ pid, startTime, uptime, shortLives }: Ready): string {
  const words = [FIRST_WORD, pid, startTime, uptime.toFixed(2), shortLives].join('\t');
  return `${`${words}\t`.padEnd(CHARACTERS - 1)}\n`;
}

/** Reads a sign. Returns undefined for anything else. */
export function parseReady(text: string): Ready | undefined {
  const [first, pid = '', startTime = '', uptime = '', shortLives = ''] = text.split('\t');
  const isRight =
    first === FIRST_WORD &&
    [pid, startTime, shortLives].every((word) => /^\d{1,20}$/.test(word)) &&
    /^\d{1,12}\.\d\d$/.test(uptime);
  if (!isRight) return undefined;
  return { pid: Number(pid), startTime, uptime: Number(uptime), shortLives: Number(shortLives) };
}
