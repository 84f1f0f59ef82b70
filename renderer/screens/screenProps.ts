import type { ApiClient } from '../../shared/api/api.ts';
import type { LogSessions } from '../logs/sessions.ts';

/** The properties of every screen. What a screen shows it reads from `useAppState`. */
export interface ScreenProps {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
}
