import { AppError } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';

/** The end of the agent's process: its exit code, and the end of its standard error. */
export interface AgentEnd {
  /** Null when the connection or a signal ended it. */
  readonly code: number | null;
  readonly errorOutput: string;
}

/** The messages and exit codes of a shell, sudo or env when a program is missing. */
const MISSING = /no such file|not found/i;
/** The beginning of what the relay to the resident agent says. */
const RELAY = /^[\d/: ]*socat\[\d+\] /m;
/** Matches what bash, or the loader of libraries, prints when socat is installed and cannot be run. */
const NO_RELAY = /(?:^|: )\S*socat: /m;
const MISSING_CODES = [126, 127];

/**
 * Returns the error for an agent that ended before its hello: `machine-not-set-up` with what is missing,
 * `command-failed` when the agent ran and gave up, `connection-lost` when there is no exit code, or when the resident
 * agent that was joined has ended.
 */
export function agentNotStarted(machine: { name: string; host: string }, end: AgentEnd): AppError {
  const { code, errorOutput } = end;
  if (code === null) return lost(machine.host, errorOutput);
  // The relay to a resident agent, which ended just then.
  if (code === 0 || RELAY.test(errorOutput) || NO_RELAY.test(errorOutput))
    return agentEnded(machine.host, end);
  if (MISSING_CODES.includes(code) || (code !== 0 && MISSING.test(errorOutput))) {
    // The agent may be there without the program that runs it: "env: 'node': No such file or directory".
    const missing = /\bnode\b/.test(errorOutput) ? 'node' : 'renet';
    return new AppError('machine-not-set-up', { machine: machine.name, missing });
  }
  return new AppError('command-failed', {
    command: 'renet serve',
    exitCode: code,
    output: errorOutput.trim(),
  });
}

/** Returns the error for an agent that ended in the middle of a conversation: `connection-lost`. */
export function agentEnded(host: string, { code, errorOutput }: AgentEnd): AppError {
  if (code === null) return lost(host, errorOutput);
  const output = errorOutput.trim();
  const reason: Reason = output === '' ? 'renet-ended' : 'renet-ended-saying';
  return new AppError('connection-lost', { host, reason, exitCode: code, output });
}

/** Tells whether an error is that of an agent that was not joined because the relay to it cannot be run. */
export function lacksRelay(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'connection-lost' &&
    NO_RELAY.test(String(error.details['output']))
  );
}

/** Returns `connection-lost` with its reason, or "closed" where the reason is empty. */
export function lost(host: string, reason: string): AppError {
  const closed: Reason = 'closed';
  return new AppError('connection-lost', { host, reason: reason.trim() || closed });
}
