import { useEffect } from 'react';
import { SCREENS, useNavigation } from '../state/navigation.ts';
import type { Place } from '../state/navigation.ts';

/** Keeps the places a person was at, so that Back leads through them and a reload comes back to the last one. */
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

/** The place that this window put there; whatever else there is belongs to nobody. */
function placeIn(state: unknown): Place | undefined {
  const { place } = (state ?? {}) as { place?: Place };
  return place !== undefined && SCREENS.includes(place.screen) ? place : undefined;
}
