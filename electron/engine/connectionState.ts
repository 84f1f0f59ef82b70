import type { AppError } from '../../shared/errors.ts';

/** The state of the connection while something is followed. */
export interface ConnectionState {
  readonly connected: boolean;
  /** The reason why there is no connection. */
  readonly error?: AppError;
  /** The time of the next try, milliseconds since the epoch. */
  readonly retryAt?: number;
}
