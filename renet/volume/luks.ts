import * as z from 'zod';
import { AppError } from '../../shared/errors.ts';
import { syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** The repository whose volume is meant. */
export interface LuksOf {
  guid: string;
  name: string;
}

/** The work on LUKS headers and their key slots, of volumes open or closed. */
export interface Luks {
  /** Returns the numbers of the key slots in use. Throws not-a-repository-volume. */
  slots(repository: LuksOf): Promise<Set<string>>;
  /** Tells whether a passphrase or key opens a slot; the volume stays closed. */
  opens(repository: LuksOf, slot: string, key: Uint8Array): Promise<boolean>;
  killSlot(repository: LuksOf, slot: string): Promise<void>;
  /** Returns the file of a repository's volume, for `uuid`. */
  volumeOf(repository: LuksOf): string;
  /** Returns the UUID in the header of a volume or of a backup; undefined when there is no header. */
  uuid(file: string): Promise<string | undefined>;
  /** Copies the header to a new file. */
  backUp(repository: LuksOf, file: string): Promise<void>;
  /** Puts a header back. A second try completes an interrupted one. */
  restore(repository: LuksOf, file: string): Promise<void>;
  /**
   * Replaces a passphrase. At no moment is there none: cryptsetup writes the new slot beside the old one, swaps them in
   * one write of the header, and only then wipes the old one.
   */
  replace(repository: LuksOf, passphrase: Uint8Array, replacement: Uint8Array): Promise<void>;
}

/** cryptsetup's exit code for "no key available with this passphrase" (cryptsetup(8), RETURN CODES). */
const NO_PERMISSION = 2;

const headerSchema = z.object({ keyslots: z.record(z.string(), z.unknown()) });

/**
 * Returns the numbers of the key slots in use of a volume's file. Throws not-a-repository-volume; `name` is the
 * repository's, for the error.
 */
export async function keySlots(run: RunCommand, file: string, name: string): Promise<Set<string>> {
  const dump = await run(['cryptsetup', 'luksDump', '--dump-json-metadata', file], { expected: [0, 1] });
  if (dump.exitCode !== 0) throw new AppError('not-a-repository-volume', { name });
  return new Set(Object.keys(headerSchema.parse(JSON.parse(dump.stdout)).keyslots));
}

/** Makes the worker on LUKS headers, by cryptsetup (docs/decisions/luks-slots.md). */
export function createLuks(paths: Paths, run: RunCommand): Luks {
  return {
    slots: ({ guid, name }) => keySlots(run, volumeFile(paths, guid), name),
    opens: async ({ guid }, slot, key) => {
      const options = ['--test-passphrase', '--key-slot', slot, '--key-file', '-'];
      const tried = await run(['cryptsetup', 'open', ...options, volumeFile(paths, guid)], {
        input: key,
        expected: [0, NO_PERMISSION],
      });
      return tried.exitCode === 0;
    },
    killSlot: async ({ guid }, slot) => {
      await run(['cryptsetup', 'luksKillSlot', '--batch-mode', volumeFile(paths, guid), slot]);
    },
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
    replace: async ({ guid }, passphrase, replacement) => {
      // Without --key-slot: with it cryptsetup would overwrite the old slot, and a power cut in the middle would leave
      // no passphrase.
      const options = ['--batch-mode', '--pbkdf', 'argon2id', '--key-file', '-'];
      const command = ['cryptsetup', 'luksChangeKey', ...options, volumeFile(paths, guid)];
      await run(withSecondInput(command), { input: passphrase, second: replacement });
    },
  };
}

/**
 * Returns the words that run a command with one more argument: the path of a pipe that carries the second input. (The
 * input itself comes on a socket, which cannot be opened by a path.)
 */
function withSecondInput(command: readonly string[]): string[] {
  return ['bash', '-c', 'exec "$@" <(exec cat <&3) 3<&-', 'bash', ...command];
}
