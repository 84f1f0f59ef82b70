import { AppError } from '../../shared/errors.ts';
import { usesPassphrase } from '../../shared/lifecycle.ts';
import type { Plan } from '../../shared/model.ts';
import type { Assignment } from '../../shared/protocol/protocol.ts';

/** The passphrases that were sent with the request for an operation. */
export interface Secrets {
  /** Returns the passphrase. Throws passphrase-missing when none was given. */
  passphrase(): Uint8Array;
  /** Returns the passphrase that takes the old one's place. Throws new-passphrase-missing when none was given. */
  newPassphrase(): Uint8Array;
  /** Overwrites both. The text that brought them is a string, which only the end of the process takes away. */
  wipe(): void;
}

/** Reads the passphrases of an assignment. `name` is the repository's, for errors. */
export function createSecrets(
  { secret, newSecret }: Pick<Assignment, 'secret' | 'newSecret'>,
  name: string,
): Secrets {
  const [passphrase, newPassphrase] = [secret, newSecret].map((base64) =>
    base64 === undefined ? undefined : Buffer.from(base64, 'base64'),
  );
  return {
    passphrase: () => {
      if (passphrase === undefined) throw new AppError('passphrase-missing', { name });
      return passphrase;
    },
    newPassphrase: () => {
      if (newPassphrase === undefined) throw new AppError('new-passphrase-missing', { name });
      return newPassphrase;
    },
    wipe: () => {
      for (const bytes of [passphrase, newPassphrase]) bytes?.fill(0);
    },
  };
}

/**
 * Checks that every passphrase that the plan's steps need was given. Throws passphrase-missing, new-passphrase-missing.
 */
export function checkSecrets({ steps }: Plan, secrets: Secrets): void {
  if (steps.some(usesPassphrase)) secrets.passphrase();
  if (steps.some(({ kind }) => kind === 'change-passphrase')) secrets.newPassphrase();
}
