import { dirname, join } from 'node:path';
import { AGENT_SOCKET_UNIT, AGENT_UNIT, AGENT_UNITS } from '../../shared/agentUnits.ts';
import { AppError } from '../../shared/errors.ts';
import { AGENT_READY, AGENT_SOCKET, JOIN_FILE, joinScript } from '../../shared/protocol/join.ts';
import { parseReady } from '../../shared/protocol/ready.ts';
import { ensureFolder, readTextIfThere, syncPath, writeAtomically } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { identify } from '../process.ts';
import { askHello } from './hello.ts';

/** Where the parts of the resident agent are on a machine. */
interface Places {
  readonly units: string;
  readonly joinFile: string;
  readonly socket: string;
  readonly ready: string;
}

const USUAL: Places = {
  units: '/etc/systemd/system',
  joinFile: JOIN_FILE,
  socket: AGENT_SOCKET,
  ready: AGENT_READY,
};

/** The milliseconds in which a new agent has to answer: on a small machine that has just been set up, all is slow. */
const ANSWERS_WITHIN_MILLISECONDS = 120_000;

/**
 * Installs, enables and starts the units of the resident agent with what joins it, and starts an agent that runs anew,
 * as it may be of an older version. Its clients join the new one, and operations go on. Resolves once the new agent has
 * said hello, and counts as one to join. Throws resident-silent.
 */
export async function installAgentUnits(
  run: RunCommand,
  places: Places = USUAL,
  within = ANSWERS_WITHIN_MILLISECONDS,
): Promise<void> {
  const { units, joinFile } = places;
  const stale: string[] = [];
  for (const { name, text } of AGENT_UNITS) if (await replace(join(units, name), text)) stale.push(name);
  await ensureFolder(dirname(joinFile), 0o755);
  await replace(joinFile, joinScript());
  if (stale.length > 0) await run(['systemctl', 'daemon-reload']);
  await run(['systemctl', '--quiet', 'enable', ...AGENT_UNITS.map(({ name }) => name)]);
  for (const { wanted } of AGENT_UNITS) await syncPath(join(units, `${wanted}.wants`));
  // systemd opens no socket while its service runs.
  if (stale.includes(AGENT_SOCKET_UNIT)) await run(['systemctl', 'stop', AGENT_UNIT, AGENT_SOCKET_UNIT]);
  await run(['systemctl', 'start', AGENT_SOCKET_UNIT]);
  await run(['systemctl', 'restart', AGENT_UNIT]);
  const until = Date.now() + within;
  const answers = async (): Promise<boolean> =>
    (await askHello(places.socket, Math.max(0, until - Date.now()))) === 'hello' && isReady(places.ready);
  while (!(await answers())) {
    if (Date.now() >= until) throw new AppError('resident-silent', { unit: AGENT_UNIT });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Replaces a file that has not this text. Tells whether it did. */
async function replace(file: string, text: string): Promise<boolean> {
  if ((await readTextIfThere(file)) === text) return false;
  await writeAtomically(file, text, { mode: 0o644 });
  return true;
}

/** Tells whether the agent counts as one to join. */
async function isReady(file: string): Promise<boolean> {
  const said = parseReady((await readTextIfThere(file)) ?? '');
  return said !== undefined && identify(said.pid)?.startTime === said.startTime;
}
