import type { ApiEvent, ApiPayload } from '../../shared/api/api.ts';
import { apiEvents, isApiEvent } from '../../shared/api/api.ts';

/** The listeners of each event. */
export interface EventHub {
  /** Calls `listener` at each event of a kind. Returns what stops it. */
  on<E extends ApiEvent>(event: E, listener: (payload: ApiPayload<E>) => void): () => void;
  /** Hands an event to its listeners; one that this window does not know, or cannot read, is dropped. */
  emit(event: string, payload: unknown): void;
}

/** Creates a hub without listeners. */
export function createEventHub(): EventHub {
  // The casts to `never` are safe: only `on` fills the sets, with listeners of each event's own payload.
  const listeners = new Map<ApiEvent, Set<(payload: never) => void>>();
  return {
    on: (event, listener) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    emit: (event, payload) => {
      if (!isApiEvent(event)) return;
      const read = apiEvents[event].safeParse(payload);
      if (read.success) for (const listener of listeners.get(event) ?? []) listener(read.data as never);
    },
  };
}
