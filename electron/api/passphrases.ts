import type { Keychain } from '../../shared/api/apiModel.ts';

/** Passphrases that people asked to remember, by the repository's GUID, in the system's keychain. */
export interface PassphraseStore {
  /** Tells whether there is a keychain, and which. */
  keychain(): Keychain;
  get(guid: string): Promise<string | undefined>;
  /** Keeps a passphrase. Throws `keychain-absent` where there is no keychain that protects it. */
  set(guid: string, passphrase: string): Promise<void>;
  forget(guid: string): Promise<void>;
  /** Lists the GUIDs that have a passphrase. */
  list(): Promise<string[]>;
}
