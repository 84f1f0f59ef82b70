import { expect, it } from 'vitest';
import { apiMethods } from './api.ts';
import { settingsSchema } from './apiModel.ts';

it('a change of settings is what is changed, and leaves the rest', () => {
  const { params } = apiMethods['settings.set'];
  expect(params.parse({ change: { language: 'fr' } })).toEqual({ change: { language: 'fr' } });
  expect(params.safeParse({ change: { theme: 'blue' } }).success).toBe(false);
});

it('settings of an older program are read, with the defaults of what it did not know', () => {
  expect(settingsSchema.parse({ theme: 'dark' })).toEqual({
    theme: 'dark',
    language: 'system',
    screenReader: false,
    notifications: true,
  });
});
