import type { Keychain } from '../../shared/api/apiModel.ts';

/** Passphrases that people asked to remember, by the repository's GUID, in the system's keychain. */
export interface PassphraseStore {
  keychain(): Keychain;
  get(guid: string): Promise<string | undefined>;
  /** Throws `keychain-absent` where there is none worth the name. */
  set(guid: string, passphrase: string): Promise<void>;
  forget(guid: string): Promise<void>;
  /** GUIDs. */
  list(): Promise<string[]>;
}
