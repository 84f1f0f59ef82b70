import { AppError } from '../../../shared/errors.ts';
import type { ErrorCode, Reason } from '../../../shared/errors.ts';

/**
 * Returns true for errors that may be gone at a later try. The others (a refused key, a changed host key, sudo) need a
 * person.
 */
export function isConnectionProblem(error: unknown): error is AppError {
  return (
    error instanceof AppError && (error.code === 'connection-lost' || error.code === 'machine-unreachable')
  );
}

const AGENT_ENDED: readonly unknown[] = ['renet-ended', 'renet-ended-saying'] satisfies readonly Reason[];

/** Returns true when the agent ended and not the connection: the machine is there, and so is another agent in a moment. */
export function hasAgentEnded(error: unknown): boolean {
  return isConnectionProblem(error) && AGENT_ENDED.includes(error.details['reason']);
}

/**
 * The errors that only a person can mend (a refused key must not be offered again and again), and the end of the
 * engine.
 */
const FOR_PEOPLE: ReadonlySet<ErrorCode> = new Set([
  'key-refused',
  'key-unreadable',
  'key-not-private',
  'host-key-unknown',
  'host-key-changed',
  'host-key-other-type',
  'host-key-revoked',
  'host-key-unexpected',
  'ssh-too-old',
  'sudo-password-needed',
  'sudo-password-refused',
  'sudo-not-allowed',
  'root-needed',
  'not-permitted',
  'machine-not-set-up',
  'agent-older',
  'agent-newer',
  'cancelled',
]);

/** Returns true for errors that make another try useless until a person has done something. */
export function needsPerson(error: AppError): boolean {
  return FOR_PEOPLE.has(error.code);
}
