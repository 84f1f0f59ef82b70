import { create } from 'zustand';
import type { MachineKey } from '../../shared/api/apiModel.ts';

/** What the main area of the window shows. */
export type Place =
  | { readonly screen: 'machines' }
  | { readonly screen: 'machine'; readonly machine: MachineKey }
  | { readonly screen: 'repository'; readonly machine: MachineKey; readonly guid: string }
  | { readonly screen: 'operations' }
  | { readonly screen: 'logs' }
  | { readonly screen: 'settings' }
  /** `machine`: one that is there already, from where it has come to. */
  | { readonly screen: 'first-run'; readonly machine?: MachineKey };

/** Every screen there is. */
export const SCREENS: readonly Place['screen'][] = [
  'machines',
  'machine',
  'repository',
  'operations',
  'logs',
  'settings',
  'first-run',
];

/** Where the window is now. */
export const useNavigation = create<{ readonly place: Place }>(() => ({ place: { screen: 'machines' } }));

/** Shows another place. */
export function goTo(place: Place): void {
  useNavigation.setState({ place });
}
