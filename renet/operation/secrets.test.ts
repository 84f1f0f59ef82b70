import { expect, it } from 'vitest';
import { createSecrets } from './secrets.ts';

it('are overwritten once they were used', () => {
  const [secret, newSecret] = ['old words', 'new words'].map((text) => Buffer.from(text).toString('base64'));
  const secrets = createSecrets({ secret, newSecret }, 'shop');
  const handed = [secrets.passphrase(), secrets.newPassphrase()];
  expect(handed.map((bytes) => Buffer.from(bytes).toString())).toEqual(['old words', 'new words']);
  secrets.wipe();
  expect(handed.map((bytes) => Buffer.from(bytes).every((byte) => byte === 0))).toEqual([true, true]);
});
