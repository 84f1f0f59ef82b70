import { AppError } from '../../shared/errors.ts';
import type { PassphraseStore } from './passphrases.ts';

/** Browser mode keeps no passphrase: the keychain belongs to the desktop app. */
export const noKeychain: PassphraseStore = {
  keychain: () => ({ state: 'absent' }),
  get: () => Promise.resolve(undefined),
  set: () => Promise.reject(new AppError('keychain-absent', { backend: '-' })),
  forget: () => Promise.resolve(),
  list: () => Promise.resolve([]),
};
