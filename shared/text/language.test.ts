import { expect, it } from 'vitest';
import { languageFor } from './language.ts';

it.each([
  ['system', ['fr-CA', 'en'], 'fr'],
  ['system', ['xx', 'en-GB', 'fr'], 'en'],
  ['system', ['xx', 'fr'], 'fr'],
  ['system', [], 'en'],
  ['en', ['fr'], 'en'],
  ['fr', ['en'], 'fr'],
] as const)('%s with %j speaks %s', (setting, asked, language) => {
  expect(languageFor(setting, asked)).toBe(language);
});
