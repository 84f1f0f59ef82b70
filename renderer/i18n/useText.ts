import { languages } from '../../shared/text/language.ts';
import type { Text } from '../../shared/text/en.ts';
import { createFormats } from '../format/format.ts';
import type { Formats } from '../format/format.ts';
import { useLanguageStore } from './language.ts';

/** Every sentence, in the language that the window speaks. */
export function useText(): Text {
  return languages[useLanguageStore(({ language }) => language)];
}

const formats = { en: createFormats('en'), fr: createFormats('fr') };

/** Numbers, sizes and ages, in the language that the window speaks. */
export function useFormats(): Formats {
  return formats[useLanguageStore(({ language }) => language)];
}
