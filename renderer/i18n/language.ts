import { create } from 'zustand';
import type { Language } from '../../shared/text/languages.ts';

export { languageFor } from '../../shared/text/language.ts';

/** The language that the window speaks now. */
export const useLanguageStore = create<{ readonly language: Language }>(() => ({ language: 'en' }));

/** Switches the language of everything that is shown, and of the page itself for screen readers. */
export function speak(language: Language): void {
  document.documentElement.lang = language;
  useLanguageStore.setState({ language });
}
