import { apiMethods } from './api.ts';
import type { ApiMethod, ApiResult } from './api.ts';
import type { CallAnswer } from './apiWire.ts';
import { fromWire } from '../errors.ts';

const schemas: { readonly [M in ApiMethod]: { readonly result: { parse(value: unknown): ApiResult<M> } } } =
  apiMethods;

/** Returns an answer's result after checking it, as the two sides may be of different versions. */
export function readResult<M extends ApiMethod>(method: M, result: unknown): ApiResult<M> {
  return schemas[method].result.parse(result);
}

/** Returns the result of a call. Throws the AppError with which the call was refused. */
export function readAnswer<M extends ApiMethod>(method: M, answer: CallAnswer): ApiResult<M> {
  if (!answer.ok) throw fromWire(answer.error);
  return readResult(method, answer.result);
}
