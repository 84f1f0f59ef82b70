import { AGENT_UNIT } from '../../shared/agentUnits.ts';
import type { Notice } from '../../shared/notices.ts';
import { AGENT_READY } from '../../shared/protocol/join.ts';
import { MANY_SHORT_LIVES, parseReady } from '../../shared/protocol/ready.ts';
import { readTextIfThere } from '../host.ts';
import type { RunCommand } from '../host.ts';

const PROPERTIES = ['ActiveState', 'SubState', 'NRestarts', 'Result', 'ExecMainStatus'] as const;

/**
 * Returns why this machine has no resident agent, for an agent that a connection has started because none answered:
 * `agent-failing` for one that systemd starts again and again, with how often and how it ended last; else
 * `agent-alone`.
 */
export async function residentNotices(run: RunCommand, ready = AGENT_READY): Promise<Notice[]> {
  const asked = PROPERTIES.flatMap((property) => ['-p', property]);
  const shown = await run(['systemctl', 'show', ...asked, AGENT_UNIT]).catch(() => undefined);
  const has = (property: (typeof PROPERTIES)[number]): string =>
    new RegExp(`^${property}=(.*)$`, 'm').exec(shown?.stdout ?? '')?.[1] ?? '';
  const said = parseReady((await readTextIfThere(ready).catch(() => undefined)) ?? '');
  const restarts = Math.max(Number(has('NRestarts')), said?.shortLives ?? 0);
  const isFailing =
    has('ActiveState') === 'failed' ||
    has('SubState').startsWith('auto-restart') ||
    (has('ActiveState') !== 'inactive' && restarts >= MANY_SHORT_LIVES);
  if (!isFailing) return [{ code: 'agent-alone', details: {} }];
  const result = [has('Result'), has('ExecMainStatus')].filter((word) => word !== '').join(' ');
  return [{ code: 'agent-failing', details: { restarts, result } }];
}
