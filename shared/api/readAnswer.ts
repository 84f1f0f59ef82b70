import { apiMethods } from './api.ts';
import type { ApiMethod, ApiResult } from './api.ts';
import type { CallAnswer } from './apiWire.ts';
import { fromWire } from '../errors.ts';

const schemas: { readonly [M in ApiMethod]: { readonly result: { parse(value: unknown): ApiResult<M> } } } =
  apiMethods;

/** Returns an answer's result, checked: both sides may be of different versions. */
export function readResult<M extends ApiMethod>(method: M, result: unknown): ApiResult<M> {
  return schemas[method].result.parse(result);
}

/** Returns what a call comes to; throws the AppError that it was refused with. */
export function readAnswer<M extends ApiMethod>(method: M, answer: CallAnswer): ApiResult<M> {
  if (!answer.ok) throw fromWire(answer.error);
  return readResult(method, answer.result);
}
