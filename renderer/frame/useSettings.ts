import { useEffect } from 'react';
import type { Settings } from '../../shared/api/apiModel.ts';
import { languageFor, speak } from '../i18n/language.ts';
import { useAppState } from '../state/appState.ts';
import { followTheme } from '../styles/theme.ts';

const UNTIL_READ: Settings = {
  theme: 'system',
  language: 'system',
  screenReader: false,
  notifications: true,
};

/** Puts the settings of the window into effect (its theme and its language), and returns them. */
export function useSettings(): Settings {
  const settings = useAppState((state) => state.settings) ?? UNTIL_READ;
  const { theme, language } = settings;
  useEffect(() => followTheme(theme), [theme]);
  useEffect(() => speak(languageFor(language, navigator.languages)), [language]);
  return settings;
}
