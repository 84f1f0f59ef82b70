import type { ApiEvent, ApiPayload } from '../../shared/api/api.ts';
import { apiEvents, isApiEvent } from '../../shared/api/api.ts';

/** Who listens to which event. */
interface EventHub {
  on<E extends ApiEvent>(event: E, listener: (payload: ApiPayload<E>) => void): () => void;
  /** Hands on what came; an event that this window does not know, or cannot read, is left alone. */
  emit(event: string, payload: unknown): void;
}

/** Nobody listens yet. */
export function createEventHub(): EventHub {
  // Each event's set holds listeners of its own payload, as `on` alone fills it.
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
