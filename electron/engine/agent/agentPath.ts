import { JOIN_FILE, JOIN_OR_ELSE } from '../../../shared/protocol/join.ts';

/**
 * The path at which the set-up of a machine puts the agent; `current` links to the version in use. The agent is always
 * called by this absolute path.
 */
export const AGENT_PATH = '/usr/local/lib/rediacc/current/renet';

/**
 * Returns the words that join a machine's resident agent, or start an agent for this connection alone where there is none
 * (docs/decisions/one-resident-agent.md). sudo's PATH is another on each machine: nothing is looked up in it. bash reads
 * root's .bashrc where its standard input is a socket, unless it is told not to.
 */
export function joinCommand(datastore: string): string[] {
  return ['/bin/bash', '--norc', '-c', JOIN_OR_ELSE, JOIN_FILE, datastore, ...aloneCommand(datastore)];
}

/** Returns the words that start an agent for one connection alone. */
export function aloneCommand(datastore: string): string[] {
  return agentCommand(datastore, 'serve');
}

/** Returns the words that run a verb of the agent on a datastore, such as `renet serve --datastore /mnt/rediacc`. */
export function agentCommand(datastore: string, verb: string, ...words: string[]): string[] {
  return [AGENT_PATH, verb, '--datastore', datastore, ...words];
}
