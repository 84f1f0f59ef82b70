import { create } from 'zustand';
import type { Language } from '../../shared/text/language.ts';

/** The language that the window speaks now. */
export const useLanguageStore = create<{ readonly language: Language }>(() => ({ language: 'en' }));

/** Each language in its own words, so that it is found by who speaks it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' };

/** The language for a setting and the languages that the system asks for, in order. */
export function languageFor(setting: 'system' | Language, asked: readonly string[]): Language {
  if (setting !== 'system') return setting;
  const known = asked.map((tag) => tag.toLowerCase()).find((tag) => /^(?:en|fr)\b/.test(tag));
  return known?.startsWith('fr') === true ? 'fr' : 'en';
}

/** Switches the language of everything that is shown, and of the page itself for screen readers. */
export function speak(language: Language): void {
  document.documentElement.lang = language;
  useLanguageStore.setState({ language });
}
