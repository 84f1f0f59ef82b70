import { en } from './en.ts';
import type { Text } from './en.ts';
import { fr } from './fr.ts';

/** The languages people can read us in. */
export const languages = { en, fr } as const satisfies Record<string, Text>;
export type Language = keyof typeof languages;

/** The language a shell's environment asks for (POSIX: LC_ALL before LC_MESSAGES before LANG); English otherwise. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const asked = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
    (value) => value,
  );
  return asked?.toLowerCase().startsWith('fr') === true ? 'fr' : 'en';
}

/** The sentences in the language a shell's environment asks for. */
export function textFor(environment: Readonly<Record<string, string | undefined>>): Text {
  return languages[languageOf(environment)];
}

/** The language for a setting and the languages that the system asks for, in order. */
export function languageFor(setting: 'system' | Language, asked: readonly string[]): Language {
  if (setting !== 'system') return setting;
  const known = asked.map((tag) => tag.toLowerCase()).find((tag) => /^(?:en|fr)\b/.test(tag));
  return known?.startsWith('fr') === true ? 'fr' : 'en';
}
