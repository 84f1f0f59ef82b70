import { useEffect } from 'react';
import { SCREENS, useNavigation } from '../state/navigation.ts';
import type { Place } from '../state/navigation.ts';

/**
 * Keeps the places that a person was at in the browser's history, so that Back leads through them and a reload comes
 * back to the last one.
 */
export function useHistory(): void {
  const place = useNavigation((state) => state.place);
  useEffect(() => {
    const show = (state: unknown): void => {
      const kept = placeIn(state);
      if (kept !== undefined) useNavigation.setState({ place: kept });
    };
    show(window.history.state);
    const onPop = ({ state }: PopStateEvent): void => show(state);
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, []);
  useEffect(() => {
    const known = placeIn(window.history.state);
    if (known === undefined) window.history.replaceState({ place }, '');
    else if (JSON.stringify(known) !== JSON.stringify(place)) window.history.pushState({ place }, '');
  }, [place]);
}

/**
 * Returns the place that this window put into a history entry, or undefined for an entry that is not of this window.
 */
function placeIn(state: unknown): Place | undefined {
  const { place } = (state ?? {}) as { place?: Place };
  return place !== undefined && SCREENS.includes(place.screen) ? place : undefined;
}
