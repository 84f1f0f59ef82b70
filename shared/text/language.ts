import { en } from './en/en.ts';
import { fr } from './fr/fr.ts';
import { isLanguage } from './languages.ts';
import type { Language } from './languages.ts';
import type { Text } from './text.ts';

/** The sentences of each language. */
export const languages: Readonly<Record<Language, Text>> = { en, fr };

const DEFAULT: Language = 'en';

/** Returns the language of a locale or a language tag: "fr_FR.UTF-8" and "fr-CA" are French. */
function languageOfTag(tag: string): Language | undefined {
  const [code] = tag.toLowerCase().split(/[^a-z]/);
  return isLanguage(code) ? code : undefined;
}

/** Returns the language of a shell's environment (POSIX: LC_ALL before LC_MESSAGES before LANG), or English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const asked = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
    (value) => value,
  );
  return languageOfTag(asked ?? '') ?? DEFAULT;
}

/** Returns the sentences in the language of a shell's environment. */
export function textFor(environment: Readonly<Record<string, string | undefined>>): Text {
  return languages[languageOf(environment)];
}

/** Returns the language for a setting. `system` takes the first known one of `asked`, the system's languages. */
export function languageFor(setting: 'system' | Language, asked: readonly string[]): Language {
  if (setting !== 'system') return setting;
  return asked.map(languageOfTag).find((known) => known !== undefined) ?? DEFAULT;
}
