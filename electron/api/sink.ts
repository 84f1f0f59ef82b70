import type { ApiEvent, ApiPayload } from '../../shared/api/api.ts';

/** A transport's way to one window. */
export interface Sink {
  /** Sends an event. Resolves when the transport has room for more; never rejects, even when the window is gone. */
  send<E extends ApiEvent>(event: E, payload: ApiPayload<E>): Promise<void>;
}
