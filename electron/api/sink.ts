import type { ApiEvent, ApiPayload } from '../../shared/api/api.ts';

/** A transport's way to one window. */
export interface Sink {
  /** Resolves when the transport has room for more; never rejects, also when the window is gone. */
  send<E extends ApiEvent>(event: E, payload: ApiPayload<E>): Promise<void>;
}
