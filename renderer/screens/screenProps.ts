import type { ApiClient } from '../../shared/api/api.ts';
import type { Sessions } from '../logs/sessions.ts';

/** What every screen of the window gets; what it shows it reads from `useAppState`. */
export interface ScreenProps {
  readonly api: ApiClient;
  readonly sessions: Sessions;
}
