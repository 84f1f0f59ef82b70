import { AppError } from '../../shared/errors.ts';
import type { PassphraseStore } from './passphrases.ts';

/** The passphrase store of browser mode, which keeps none: the keychain belongs to the desktop app. */
export const noKeychain: PassphraseStore = {
  keychain: () => ({ state: 'absent' }),
  find: () => Promise.resolve({ state: 'none' }),
  look: () => Promise.resolve({ state: 'none' }),
  set: () => Promise.reject(new AppError('keychain-absent', { backend: '-' })),
  forget: () => Promise.resolve(),
};
