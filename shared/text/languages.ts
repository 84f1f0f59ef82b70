/**
 * The only list of the programs' languages. Each code has a folder of sentences beside this file and an entry in
 * `languages` (language.ts).
 */
export const languageCodes = ['en', 'fr'] as const;
export type Language = (typeof languageCodes)[number];

/** The name of each language in that language itself, so that its speakers find it. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', fr: 'Français' };

/** Returns true for the code of one of the programs' languages. */
export function isLanguage(code: string | undefined): code is Language {
  return languageCodes.some((known) => known === code);
}

/** Makes one thing for each language. */
export function forEachLanguage<T>(make: (language: Language) => T): Readonly<Record<Language, T>> {
  return Object.fromEntries(languageCodes.map((code) => [code, make(code)])) as Record<Language, T>;
}
