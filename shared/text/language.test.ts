import { expect, it } from 'vitest';
import { languageFor } from './language.ts';

it.each([
  ['system', ['fr-CA', 'en'], 'fr'],
  ['system', ['de', 'en-GB', 'fr'], 'en'],
  ['system', ['de', 'fr'], 'fr'],
  ['system', [], 'en'],
  ['en', ['fr'], 'en'],
  ['fr', ['en'], 'fr'],
] as const)('%s with %j speaks %s', (setting, asked, language) => {
  expect(languageFor(setting, asked)).toBe(language);
});
