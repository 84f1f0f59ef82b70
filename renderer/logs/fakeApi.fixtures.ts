import type { ApiClient, ApiEvent, ApiMethod, ApiParams, ApiPayload, Link } from '../../shared/api/api.ts';

/** A call as it was made. */
export interface Call {
  readonly method: ApiMethod;
  readonly params: unknown;
}

/** The program's side of the contract, played by a test. */
export function createFakeApi(answers: Partial<Record<ApiMethod, (params: never) => unknown>> = {}) {
  const calls: Call[] = [];
  const listeners = new Map<ApiEvent, Set<(payload: never) => void>>();
  const links = new Set<(link: Link) => void>();
  let logs = 0;
  const api: ApiClient = {
    call: async (method, params) => {
      calls.push({ method, params });
      const answer = answers[method] as ((given: typeof params) => unknown) | undefined;
      if (answer !== undefined) return (await answer(params)) as never;
      if (method === 'log.open') return { log: ++logs } as never;
      return {} as never;
    },
    on: (event, listener) => {
      const own = listeners.get(event) ?? new Set();
      listeners.set(event, own.add(listener));
      return () => own.delete(listener);
    },
    onLink: (listener) => {
      links.add(listener);
      return () => links.delete(listener);
    },
    reconnect: () => undefined,
  };
  return {
    api,
    calls,
    emit: <E extends ApiEvent>(event: E, payload: ApiPayload<E>): void => {
      for (const listener of listeners.get(event) ?? []) listener(payload as never);
    },
    link: (state: 'open' | 'lost'): void => {
      for (const listener of links) listener(state);
    },
    callsOf: <M extends ApiMethod>(method: M): ApiParams<M>[] =>
      calls.filter((call) => call.method === method).map(({ params }) => params as ApiParams<M>),
  };
}
