import type { ApiClient } from '../../shared/api/api.ts';
import type { ApiBridge } from '../../shared/api/apiWire.ts';
import { readAnswer } from '../../shared/api/readAnswer.ts';
import { createEventHub } from './eventHub.ts';

/** Creates the API over Electron's IPC, on the bridge that the preload script put into the window. */
export function createBridgeClient(bridge: ApiBridge): ApiClient {
  const hub = createEventHub();
  bridge.listen((event, payload) => hub.emit(event, payload));
  return {
    call: async (method, params) => readAnswer(method, await bridge.call(method, params)),
    on: (event, listener) => hub.on(event, listener),
    onLink: (listener) => {
      listener('open');
      return () => undefined;
    },
    reconnect: () => undefined,
  };
}
