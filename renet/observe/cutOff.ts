import { hostname } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';

/**
 * Returns the error of a stream that is closed before its end. A reader who closed it does not listen any more; one whose
 * agent stops must not take what came for all there is.
 */
export function cutOff(): AppError {
  return new AppError('connection-lost', { host: hostname(), reason: 'renet-ending' satisfies Reason });
}
