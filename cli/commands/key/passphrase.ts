import { AppError } from '../../../shared/errors.ts';
import type { Answer, Call } from '../../call.ts';
import { readPassphrase } from '../../input/secrets.ts';
import { startAndFollow } from '../startAndFollow.ts';
import type { MachineOption, PassphraseOption } from '../words.ts';

/** The options of `repo passphrase change`. */
export interface ChangeOptions extends MachineOption, PassphraseOption {
  readonly newPassphraseFile?: string;
}

/**
 * Changes the passphrase of a repository: `repo passphrase change NAME -m M`. Throws bad-arguments when both the old
 * and the new one are to come from standard input.
 */
export async function changePassphrase(
  call: Call,
  name: string,
  { machine: machineName, passphraseFile, newPassphraseFile }: ChangeOptions,
): Promise<Answer> {
  const { dependencies, text } = call;
  if (passphraseFile === '-' && newPassphraseFile === '-') {
    throw new AppError('bad-arguments', { reason: text.cli.usage.oneStandardInput });
  }
  const machine = await call.machine(machineName);
  const old = await readPassphrase(dependencies, { file: passphraseFile, name, isNew: false }, text);
  const source = { file: newPassphraseFile, name, isNew: true, replaces: true };
  const replacement = await readPassphrase(dependencies, source, text);
  const request = { verb: 'passphrase-change', repository: name, options: {} } as const;
  return startAndFollow(call, machine, request, old, replacement);
}
