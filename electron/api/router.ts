import * as z from 'zod';
import { apiMethods, isApiMethod } from '../../shared/api/api.ts';
import type { ApiMethod, ApiResult } from '../../shared/api/api.ts';
import type { CallAnswer } from '../../shared/api/apiWire.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { Session } from './windowSessions.ts';

/** A method's parameters after the check, with their defaults filled in. */
type Checked<M extends ApiMethod> = z.output<(typeof apiMethods)[M]['params']>;

/** The handlers of all methods. */
export type Handlers = {
  readonly [M in ApiMethod]: (params: Checked<M>, session: Session) => Promise<ApiResult<M>>;
};

/** The schemas, in a shape that keeps a method and its parameters together. */
const schemas: { readonly [M in ApiMethod]: { readonly params: { parse(value: unknown): Checked<M> } } } =
  apiMethods;

/**
 * Answers a call: checks its parameters, passes it to its handler, and turns whatever is thrown into data. Never
 * rejects.
 */
type Router = (session: Session, method: string, params: unknown) => Promise<CallAnswer>;

/** Makes a router that passes calls to `handlers`. */
export function createRouter(handlers: Handlers): Router {
  const run = <M extends ApiMethod>(session: Session, method: M, params: unknown): Promise<ApiResult<M>> =>
    handlers[method](check(method, params), session);
  return async (session, method, params) => {
    try {
      if (!isApiMethod(method)) throw new AppError('bad-arguments', { reason: 'There is no such method' });
      return { ok: true, result: await run(session, method, params) };
    } catch (error) {
      return { ok: false, error: toWire(error) };
    }
  };
}

/** Checks parameters. The error says where they are wrong, never what they hold: they may hold a passphrase. */
function check<M extends ApiMethod>(method: M, params: unknown): Checked<M> {
  try {
    return schemas[method].params.parse(params);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const places = error.issues.map(({ path, code }) => `${path.join('.') || 'parameters'} (${code})`);
    throw new AppError('bad-arguments', { reason: `${method}: ${places.join(', ')}` });
  }
}
