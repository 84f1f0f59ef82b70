import { AGENT_SOCKET, JOIN_SCRIPT } from '../../../shared/protocol/join.ts';

/**
 * The path at which the set-up of a machine puts the agent; `current` links to the version in use. The agent is always
 * called by this absolute path.
 */
export const AGENT_PATH = '/usr/local/lib/rediacc/current/renet';

/**
 * Returns the words that join a machine's resident agent, or start an agent for this connection alone where there is none
 * (docs/decisions/one-resident-agent.md).
 */
export function joinCommand(datastore: string): string[] {
  const alone = agentCommand(datastore, 'serve');
  return ['bash', '-c', JOIN_SCRIPT, 'join', AGENT_SOCKET, datastore, ...alone];
}

/** Returns the words that run a verb of the agent on a datastore, such as `renet serve --datastore /mnt/rediacc`. */
export function agentCommand(datastore: string, verb: string, ...words: string[]): string[] {
  return [AGENT_PATH, verb, '--datastore', datastore, ...words];
}
