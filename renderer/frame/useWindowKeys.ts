import { setDockOpen, useDock } from '../state/dockStore.ts';
import { useAppState } from '../state/appState.ts';
import { useDialogs } from '../state/dialogs.ts';
import { goTo } from '../state/navigation.ts';
import { useKeys } from './keys.ts';
import { SECTIONS } from '../screens/sections.ts';

/** Binds the keys that work everywhere in the window. While a question is open, only the dock's key works. */
export function useWindowKeys(onPalette: (mode: 'jump' | 'commands') => void): void {
  const free =
    (act: () => void): (() => void) =>
    () => {
      const asked = useDialogs.getState().waiting.length + useAppState.getState().prompts.length;
      if (asked === 0) act();
    };
  const palette = free(() => onPalette('commands'));
  useKeys({
    ...Object.fromEntries(SECTIONS.map((screen, at) => [`Mod+${at + 1}`, free(() => goTo({ screen }))])),
    'Mod+K': free(() => onPalette('jump')),
    'Mod+Shift+P': palette,
    F1: palette,
    'Mod+,': free(() => goTo({ screen: 'settings' })),
    'Mod+J': () => setDockOpen(!useDock.getState().open),
  });
}
