import { useEffect } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { useAppState } from '../state/appState.ts';

/**
 * Tells the program whether a person can look at this window: not while it is minimized, or its tab is behind another. What
 * happens then is told once they can.
 */
export function useLooking(api: ApiClient): void {
  const link = useAppState((state) => state.link);
  useEffect(() => {
    if (link !== 'open') return;
    const tell = (): void => {
      const looking = document.visibilityState === 'visible';
      // A link that is lost meanwhile is told when it is open again.
      api.call('app.look', { looking }).catch(() => undefined);
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [api, link]);
}
