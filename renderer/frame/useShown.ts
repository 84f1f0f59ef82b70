import { useEffect, useEffectEvent } from 'react';
import type { ApiClient, ApiPayload } from '../../shared/api.ts';
import { keyOf } from '../../shared/apiModel.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { showOperation } from '../commands/act.ts';

/** Goes where the tray or a notification points. */
export function useShown(api: ApiClient): void {
  const text = useText();
  const show = useEffectEvent(({ machine, repository, operation }: ApiPayload<'app.show'>) => {
    if (machine === undefined) return;
    if (operation !== undefined) {
      showOperation(text, machine, operation);
      return;
    }
    const known = useAppState.getState().machines.find((one) => keyOf(one.machine) === keyOf(machine));
    const found = known?.repositories?.find(({ guid, name }) => guid === repository || name === repository);
    goTo(
      found === undefined
        ? { screen: 'machine', machine }
        : { screen: 'repository', machine, guid: found.guid },
    );
  });
  useEffect(() => api.on('app.show', (where) => show(where)), [api]);
}
