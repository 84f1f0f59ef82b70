import { join } from 'node:path';
import { AGENT_SOCKET_UNIT, AGENT_UNIT, AGENT_UNITS } from '../../shared/agentUnits.ts';
import { readTextIfThere, syncPath, writeAtomically } from '../host.ts';
import type { RunCommand } from '../host.ts';

const UNITS_FOLDER = '/etc/systemd/system';

/**
 * Installs, enables and starts the units of the resident agent, and starts an agent that runs anew, as it may be of an
 * older version. Its clients join the new one, and operations go on.
 */
export async function installAgentUnits(run: RunCommand, folder = UNITS_FOLDER): Promise<void> {
  const stale: string[] = [];
  for (const { name, text } of AGENT_UNITS) {
    const file = join(folder, name);
    if ((await readTextIfThere(file)) === text) continue;
    await writeAtomically(file, text, { mode: 0o644 });
    stale.push(name);
  }
  if (stale.length > 0) await run(['systemctl', 'daemon-reload']);
  await run(['systemctl', '--quiet', 'enable', ...AGENT_UNITS.map(({ name }) => name)]);
  for (const { wanted } of AGENT_UNITS) await syncPath(join(folder, `${wanted}.wants`));
  // systemd opens no socket while its service runs.
  if (stale.includes(AGENT_SOCKET_UNIT)) await run(['systemctl', 'stop', AGENT_UNIT, AGENT_SOCKET_UNIT]);
  await run(['systemctl', 'start', AGENT_SOCKET_UNIT]);
  await run(['systemctl', 'restart', AGENT_UNIT]);
}
