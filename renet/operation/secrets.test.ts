import { expect, it } from 'vitest';
import { createSecrets } from './secrets.ts';

it('are overwritten once they were used, and count as not given from then on', () => {
  const [secret, newSecret] = [Buffer.from('old words'), Buffer.from('new words')];
  const secrets = createSecrets({ secret, newSecret }, 'shop');
  expect([secrets.passphrase(), secrets.newPassphrase()].map(String)).toEqual(
    [secret, newSecret].map(String),
  );
  secrets.wipe();
  expect([...secret, ...newSecret].every((byte) => byte === 0)).toBe(true);
  // Zeros are a passphrase too, of which a volume must never be made.
  expect(() => secrets.passphrase()).toThrow(expect.objectContaining({ code: 'passphrase-missing' }));
  expect(() => secrets.newPassphrase()).toThrow(expect.objectContaining({ code: 'new-passphrase-missing' }));
});
