/** The first word of the agent's sign that it answers, with the version of its form. */
const FIRST_WORD = 'ready-1';

/** The characters of every sign: one is written over the other, and a reader must never see the rest of the last. */
const CHARACTERS = 80;

/** The short lives in a row after which an agent is not joined before it has lived a minute. */
export const MANY_SHORT_LIVES = 3;

/** What the resident agent tells of itself in its file (AGENT_READY), which the join reads without a process. */
export interface Ready {
  /** The agent's process; 0 for one that is not to be joined: it ends, or is `aside`. */
  readonly pid: number;
  /** The time at which it started, in clock ticks since the boot (field 22 of /proc/PID/stat). */
  readonly startTime: string;
  /** The seconds since the boot at which it last told. */
  readonly uptime: number;
  /** How many agents in a row ended within a minute without having been asked to. */
  readonly shortLives: number;
  /** One that answers and is not to be joined: it has not yet lived long enough, or has too many connections. */
  readonly aside?: Life;
}

/** A process that has said that it answers: what tells it from others, and when, seconds since the boot. */
type Life = Pick<Ready, 'pid' | 'startTime' | 'uptime'>;

/** Returns the sign of an agent that answers and is not to be joined. Agents of every version take it for one that ends. */
export function asideSign(aside: Life, shortLives: number): Ready {
  return { pid: 0, startTime: '0', uptime: 0, shortLives, aside };
}

/** Returns the sign, as the file has it. */
export function readyLine({ aside, ...ready }: Ready): string {
  const words = [FIRST_WORD, ...wordsOf(ready), ready.shortLives, ...(aside ? wordsOf(aside) : [])];
  return `${`${words.join('\t')}\t`.padEnd(CHARACTERS - 1)}\n`;
}

const wordsOf = ({ pid, startTime, uptime }: Life): unknown[] => [pid, startTime, uptime.toFixed(2)];

/** Reads a sign. Returns undefined for anything else. */
export function parseReady(text: string): Ready | undefined {
  const [first, pid, startTime, uptime, shortLives = '', ...more] = text.split('\t');
  const life = parseLife(pid, startTime, uptime);
  if (first !== FIRST_WORD || life === undefined || !WHOLE.test(shortLives)) return undefined;
  const aside = parseLife(...more);
  return { ...life, shortLives: Number(shortLives), ...(aside !== undefined && { aside }) };
}

const WHOLE = /^\d{1,20}$/;

function parseLife(pid = '', startTime = '', uptime = ''): Life | undefined {
  if (!WHOLE.test(pid) || !WHOLE.test(startTime) || !/^\d{1,12}\.\d\d$/.test(uptime)) return undefined;
  return { pid: Number(pid), startTime, uptime: Number(uptime) };
}
