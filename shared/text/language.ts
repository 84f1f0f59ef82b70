import { en } from './en/en.ts';
import { fr } from './fr/fr.ts';
import { isLanguage } from './languages.ts';
import type { Language } from './languages.ts';
import type { Text } from './text.ts';

/** The sentences of each language. */
export const languages: Readonly<Record<Language, Text>> = { en, fr };

const DEFAULT: Language = 'en';

/** Finds the language of a locale or a language tag: "fr_FR.UTF-8" and "fr-CA" are French. */
function languageOfTag(tag: string): Language | undefined {
  const [code] = tag.toLowerCase().split(/[^a-z]/);
  return isLanguage(code) ? code : undefined;
}

/** Returns the language that a shell's environment asks for (POSIX: LC_ALL before LC_MESSAGES before LANG), or English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const asked = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
    (value) => value,
  );
  return languageOfTag(asked ?? '') ?? DEFAULT;
}

/** Returns the sentences in the language that a shell's environment asks for. */
export function textFor(environment: Readonly<Record<string, string | undefined>>): Text {
  return languages[languageOf(environment)];
}

/** Returns the language for a setting; `system` takes the first known one of the languages that the system asks for. */
export function languageFor(setting: 'system' | Language, asked: readonly string[]): Language {
  if (setting !== 'system') return setting;
  return asked.map(languageOfTag).find((known) => known !== undefined) ?? DEFAULT;
}
