import { useEffect, useEffectEvent } from 'react';
import type { ApiClient, ApiPayload } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { act, goToOperation } from '../commands/act.ts';

/** Goes where the tray or a notification points, and asks the questions there that the tray could not ask. */
export function useShown(api: ApiClient): void {
  const text = useText();
  const show = useEffectEvent(({ machine, repository, operation, ask }: ApiPayload<'app.show'>) => {
    if (machine === undefined) return;
    if (operation !== undefined) {
      goToOperation(text, machine, operation);
      return;
    }
    const known = useAppState.getState().machines.find((one) => keyOf(one.machine) === keyOf(machine));
    const found = known?.repositories?.find(({ guid, name }) => guid === repository || name === repository);
    goTo(
      found === undefined
        ? { screen: 'machine', machine }
        : { screen: 'repository', machine, guid: found.guid },
    );
    if (found !== undefined && ask !== undefined) act(api, text, { machine, guid: found.guid, action: ask });
  });
  useEffect(() => api.on('app.show', (where) => show(where)), [api]);
}
