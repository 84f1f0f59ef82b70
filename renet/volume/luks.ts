import { syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { changePassphrase } from './passphrases.ts';
import type { PassphraseChange } from './passphrases.ts';

/** The repository whose volume is meant. */
export interface LuksOf {
  guid: string;
  name: string;
}

/** The work on LUKS headers, of volumes open or closed. */
export interface Luks {
  /** Returns the file of a repository's volume, for `uuid`. */
  volumeOf(repository: LuksOf): string;
  /** Returns the UUID in the header of a volume or of a backup; undefined when there is no header. */
  uuid(file: string): Promise<string | undefined>;
  /** Copies the header to a new file. */
  backUp(repository: LuksOf, file: string): Promise<void>;
  /** Puts a header back. A second try completes an interrupted one. */
  restore(repository: LuksOf, file: string): Promise<void>;
  /** Replaces a passphrase. Throws wrong-passphrase, key-slots-full, not-a-repository-volume. */
  changePassphrase(
    repository: LuksOf,
    passphrase: Uint8Array,
    replacement: Uint8Array,
  ): Promise<PassphraseChange>;
}

/** Makes the worker on LUKS headers, by cryptsetup (docs/decisions/luks-slots.md). */
export function createLuks(paths: Paths, run: RunCommand): Luks {
  return {
    volumeOf: ({ guid }) => volumeFile(paths, guid),
    uuid: async (file) => {
      const found = await run(['cryptsetup', 'luksUUID', file], { expected: [0, 1] });
      return found.exitCode === 0 ? found.stdout.trim() : undefined;
    },
    backUp: async ({ guid }, file) => {
      await run(['cryptsetup', 'luksHeaderBackup', '--header-backup-file', file, volumeFile(paths, guid)]);
    },
    restore: async ({ guid }, file) => {
      const options = ['--batch-mode', '--header-backup-file', file];
      await run(['cryptsetup', 'luksHeaderRestore', ...options, volumeFile(paths, guid)]);
      await syncPath(volumeFile(paths, guid));
    },
    changePassphrase: ({ guid, name }, passphrase, replacement) =>
      changePassphrase({ run, file: volumeFile(paths, guid), name }, { old: passphrase, new: replacement }),
  };
}
