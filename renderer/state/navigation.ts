import { create } from 'zustand';
import type { MachineKey } from '../../shared/api/apiModel.ts';

/** The parts of a machine's page. */
export type MachinePart = 'overview' | 'timeline';

/** A place that the main area of the window can show. */
export type Place =
  | { readonly screen: 'machines' }
  | {
      readonly screen: 'machine';
      readonly machine: MachineKey;
      /** The part of the machine's page; without it the overview. */
      readonly part?: MachinePart;
    }
  | { readonly screen: 'repository'; readonly machine: MachineKey; readonly guid: string }
  | { readonly screen: 'operations' }
  | { readonly screen: 'logs' }
  | { readonly screen: 'settings' }
  /** `machine`: a machine that exists already, whose set-up goes on from where it stopped. */
  | { readonly screen: 'first-run'; readonly machine?: MachineKey };

/** The names of all screens. */
export const SCREENS: readonly Place['screen'][] = [
  'machines',
  'machine',
  'repository',
  'operations',
  'logs',
  'settings',
  'first-run',
];

/** The store of the place that is shown now. */
export const useNavigation = create<{ readonly place: Place }>(() => ({ place: { screen: 'machines' } }));

/** Shows another place. */
export function goTo(place: Place): void {
  useNavigation.setState({ place });
}
