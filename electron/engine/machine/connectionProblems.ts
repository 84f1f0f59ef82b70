import { AppError } from '../../../shared/errors.ts';
import type { ErrorCode } from '../../../shared/errors.ts';

/**
 * Returns true for what trying again later may mend; the others (a refused key, a changed host key, sudo) want a
 * person.
 */
export function isConnectionProblem(error: unknown): error is AppError {
  return (
    error instanceof AppError && (error.code === 'connection-lost' || error.code === 'machine-unreachable')
  );
}

/** What only a person can mend (a refused key must not be offered for ever), and the end of the engine. */
const FOR_PEOPLE: ReadonlySet<ErrorCode> = new Set([
  'key-refused',
  'key-unreadable',
  'key-not-private',
  'host-key-unknown',
  'host-key-changed',
  'host-key-revoked',
  'host-key-unexpected',
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

/** Returns true for what is of no use to try again before a person has done something. */
export function needsPerson(error: AppError): boolean {
  return FOR_PEOPLE.has(error.code);
}
