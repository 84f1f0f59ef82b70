import type { Keychain, Withheld } from '../../shared/api/apiModel.ts';

/**
 * The repository, machine and host key that a remembered passphrase belongs to. The GUID alone would not do: a machine
 * could name another machine's repository as its own, and would get its passphrase.
 */
export interface PassphrasePlace {
  readonly context: string;
  /** The machine's name in the context. */
  readonly machine: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The fingerprint of the host key that the machine has proven to have. */
  readonly hostKey: string;
  readonly guid: string;
}

/** The passphrase that is remembered for a place, or the reason why none is used. */
export type Remembered =
  | { readonly state: 'none' }
  | { readonly state: 'kept'; readonly passphrase: string }
  /** A passphrase is kept for this repository, but not for this place: the person is asked, and told why. */
  | { readonly state: 'withheld'; readonly because: Withheld };

/** The same, without the passphrase itself. */
export type RememberedState = Exclude<Remembered, { state: 'kept' }> | { readonly state: 'kept' };

/** A place whose machine has proven no host key yet: what is kept is compared without it. */
export type UnprovenPlace = Omit<PassphrasePlace, 'hostKey'> & { readonly hostKey: string | undefined };

/** Passphrases that people asked to remember, each for its place, in the system's keychain. */
export interface PassphraseStore {
  /** Tells whether there is a keychain, and which. */
  keychain(): Keychain;
  find(place: PassphrasePlace): Promise<Remembered>;
  /** Tells what `find` would come to, as far as it can be told. */
  look(place: UnprovenPlace): Promise<RememberedState>;
  /** Keeps a passphrase. Throws `keychain-absent` where there is no keychain that protects it. */
  set(place: PassphrasePlace, passphrase: string): Promise<void>;
  /** Forgets what is kept for a repository of a machine, and what version 0.1.0 kept under its GUID alone. */
  forget(of: Pick<PassphrasePlace, 'context' | 'machine' | 'guid'>): Promise<void>;
}
