import type { ApiClient } from '../../shared/api.ts';
import { apiMethods } from '../../shared/api.ts';
import type { ApiMethod, ApiResult } from '../../shared/api.ts';
import type { ApiBridge } from '../../shared/apiWire.ts';
import { fromWire } from '../../shared/errors.ts';
import { createEventHub } from './eventHub.ts';

const schemas: { readonly [M in ApiMethod]: { readonly result: { parse(value: unknown): ApiResult<M> } } } =
  apiMethods;

/** An answer, checked: both sides may be of different versions. */
export function readResult<M extends ApiMethod>(method: M, result: unknown): ApiResult<M> {
  return schemas[method].result.parse(result);
}

/** The API over Electron's IPC, through what the preload put into the window. */
export function createBridgeClient(bridge: ApiBridge): ApiClient {
  const hub = createEventHub();
  bridge.listen((event, payload) => hub.emit(event, payload));
  return {
    call: async (method, params) => {
      const answer = await bridge.call(method, params);
      if (!answer.ok) throw fromWire(answer.error);
      return readResult(method, answer.result);
    },
    on: (event, listener) => hub.on(event, listener),
    onLink: (listener) => {
      listener('open');
      return () => undefined;
    },
  };
}
