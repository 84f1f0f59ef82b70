import { AppError } from '../../shared/errors.ts';
import { usesPassphrase } from '../../shared/lifecycle.ts';
import type { Plan, Step } from '../../shared/model.ts';
import type { Assignment } from '../../shared/protocol/protocol.ts';
import { wipeSecrets } from '../../shared/secrets/secretJson.ts';

/** The passphrases that were sent with the request for an operation. */
export interface Secrets {
  /** Returns the passphrase. Throws passphrase-missing when none was given. */
  passphrase(): Uint8Array;
  /** Returns the passphrase that takes the old one's place. Throws new-passphrase-missing when none was given. */
  newPassphrase(): Uint8Array;
  /** Overwrites both, when no step needs them any more. From then on they count as not given. */
  wipe(): void;
}

/** Takes over the passphrases of an assignment. `name` is the repository's, for errors. */
export function createSecrets(given: Pick<Assignment, 'secret' | 'newSecret'>, name: string): Secrets {
  let { secret, newSecret } = given;
  return {
    passphrase: () => {
      if (secret === undefined) throw new AppError('passphrase-missing', { name });
      return secret;
    },
    newPassphrase: () => {
      if (newSecret === undefined) throw new AppError('new-passphrase-missing', { name });
      return newSecret;
    },
    wipe: () => {
      wipeSecrets({ secret, newSecret });
      [secret, newSecret] = [undefined, undefined];
    },
  };
}

/** The steps that take a passphrase which a step before them has proven. */
const WITH_PROVEN: ReadonlySet<Step['kind']> = new Set(['add-key', 'grow']);

/** Tells whether a step takes a passphrase. */
export function takesSecret(step: Step): boolean {
  return usesPassphrase(step) || WITH_PROVEN.has(step.kind);
}

/**
 * Checks that every passphrase that the plan's steps need was given. Throws passphrase-missing, new-passphrase-missing.
 */
export function checkSecrets({ steps }: Plan, secrets: Secrets): void {
  if (steps.some(usesPassphrase)) secrets.passphrase();
  if (steps.some(({ kind }) => kind === 'change-passphrase')) secrets.newPassphrase();
}
