import { expect, it } from 'vitest';
import { apiMethods } from './api.ts';
import { settingsSchema, targetSchema } from './apiModel.ts';

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

it('a port is 1 to 65535', () => {
  const target = { host: 'web.example', user: 'deploy', sshKey: '/key' };
  const allowed = [0, 1, 65_535, 65_536].map((port) => targetSchema.safeParse({ ...target, port }).success);
  expect(allowed).toEqual([false, true, true, false]);
});
