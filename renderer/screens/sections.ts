import type { Place } from '../state/navigation.ts';

/** The screens that have a key of their own, Mod+1 and on, in the order of the side tree. */
export const SECTIONS = [
  'machines',
  'operations',
  'logs',
  'settings',
] as const satisfies readonly Place['screen'][];

/** Returns the keys that lead to a screen. */
export function sectionKeys(screen: (typeof SECTIONS)[number]): string {
  return `Mod+${SECTIONS.indexOf(screen) + 1}`;
}
