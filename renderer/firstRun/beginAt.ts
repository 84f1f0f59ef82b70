import { isOnFirstRun } from './flow.ts';
import { useAppState } from '../state/appState.ts';
import { goTo, useNavigation } from '../state/navigation.ts';

/**
 * Goes to the screen where a person begins, unless they went somewhere themselves: to the first run when there is no
 * machine, and back into it when an earlier window left the only machine half-way.
 */
export function beginAt(): void {
  const { contexts, machines } = useAppState.getState();
  if (useNavigation.getState().place.screen !== 'machines') return;
  const nobody = contexts?.contexts.every((one) => one.machines.length === 0) ?? false;
  const [only, ...others] = machines;
  if (nobody) goTo({ screen: 'first-run' });
  else if (only !== undefined && others.length === 0 && isOnFirstRun(only)) {
    const { context, name } = only.machine;
    goTo({ screen: 'first-run', machine: { context, name } });
  }
}
