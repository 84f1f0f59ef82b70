import { useEffect } from 'react';
import type { Text } from '../../shared/text/text.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import type { Place } from '../state/navigation.ts';

/** Sets the title of the window, or of the browser's tab, to what is shown. */
export function useTitle(place: Place): void {
  const text = useText();
  const repository = useAppState(({ machines }) =>
    place.screen === 'repository'
      ? machines.flatMap((one) => one.repositories ?? []).find(({ guid }) => guid === place.guid)?.name
      : undefined,
  );
  const title = [titleOf(place, repository, text), text.app.name].filter(Boolean).join(' – ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function titleOf(place: Place, repository: string | undefined, { frame }: Text): string {
  switch (place.screen) {
    case 'first-run':
      return '';
    case 'machine':
      return place.machine.name;
    case 'repository':
      return [repository, place.machine.name].filter(Boolean).join(' · ');
    case 'machines':
    case 'operations':
    case 'logs':
    case 'settings':
      return frame[place.screen];
  }
}
