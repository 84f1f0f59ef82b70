/**
 * The languages that the programs speak: the only list of them. Each code has a folder of sentences beside this file
 * and a place in `languages` (language.ts).
 */
export const languageCodes = ['en', 'fr'] as const;
export type Language = (typeof languageCodes)[number];

/** Each language's name in itself, for those who look for theirs. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' };

/** Returns true for the code of a language that the programs speak. */
export function isLanguage(code: string | undefined): code is Language {
  return languageCodes.some((known) => known === code);
}

/** Makes one thing for each language. */
export function forEachLanguage<T>(make: (language: Language) => T): Readonly<Record<Language, T>> {
  return Object.fromEntries(languageCodes.map((code) => [code, make(code)])) as Record<Language, T>;
}
