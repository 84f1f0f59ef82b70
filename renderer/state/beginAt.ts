import { useAppState } from './appState.ts';
import { goTo, useNavigation } from './navigation.ts';

/** Where a person without any machine begins: at the first run, unless they went somewhere themselves. */
export function beginAt(): void {
  const { contexts } = useAppState.getState();
  const nobody = contexts?.contexts.every(({ machines }) => machines.length === 0) ?? false;
  if (nobody && useNavigation.getState().place.screen === 'machines') goTo({ screen: 'first-run' });
}
