import { expect, test } from 'vitest';
import { accountName } from './account.ts';

const unknown = (): string => {
  throw new Error('uv_os_get_passwd returned ENOENT');
};

test("an account's name is what the system says, else the environment, else its number", () => {
  expect([
    accountName(() => 'ann', { USER: 'root' }),
    accountName(unknown, { USER: 'ci', LOGNAME: 'other' }),
    accountName(unknown, { USER: '', LOGNAME: 'ci' }),
    accountName(unknown, {}),
  ]).toEqual(['ann', 'ci', 'ci', expect.stringMatching(/^uid-\d+$/)]);
});

test('this process has one', () => {
  expect(accountName()).not.toBe('');
});
