import { languages } from '../../shared/text/language.ts';
import { forEachLanguage } from '../../shared/text/languages.ts';
import type { Text } from '../../shared/text/text.ts';
import { createFormats } from '../format/format.ts';
import type { Formats } from '../format/format.ts';
import { useLanguageStore } from './language.ts';

/** Returns all sentences in the language that the window speaks. */
export function useText(): Text {
  return languages[useLanguageStore(({ language }) => language)];
}

const formats = forEachLanguage(createFormats);

/** Returns the formats of numbers, sizes and ages in the language that the window speaks. */
export function useFormats(): Formats {
  return formats[useLanguageStore(({ language }) => language)];
}
