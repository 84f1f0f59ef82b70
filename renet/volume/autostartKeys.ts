import { randomBytes } from 'node:crypto';
import { lstat, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AutostartFacts } from '../../shared/autostart.ts';
import { AppError } from '../../shared/errors.ts';
import { ensureFolder, exists, hasCode, removeIfThere, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { AUTOSTART_SLOT } from '../../shared/passphraseChange.ts';
import { emptyAutostartSlot, markAutostartSlot, slotOneOf } from './autostartSlot.ts';
import type { KeysAtHand } from './autostartSlot.ts';
import { addToSlot, keyOpens, readHeader } from './keySlots.ts';
import type { LuksVolume } from './keySlots.ts';
import type { LuksOf } from './luks.ts';
import { autostartKeyFile, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';

type KeyFacts = Pick<AutostartFacts, 'key' | 'volume' | 'slot1'>;

/** What a removal did: something, or nothing. `left`: slot 1 holds a key that is not known to be autostart's. */
interface KeyRemoval {
  removed: boolean;
  left: boolean;
}

/**
 * The keys that open volumes at boot. Each is a file on the machine's disk and LUKS slot 1; no other slot is touched.
 */
export interface AutostartKeys {
  /** Returns the state of file and slot 1. Throws not-a-repository-volume. */
  facts(repository: LuksOf): Promise<KeyFacts>;
  /** Checks that a passphrase opens the volume, by whichever slot. Throws wrong-passphrase. */
  checkPassphrase(repository: LuksOf, passphrase: Uint8Array): Promise<void>;
  /** Checks that slot 1 is free or autostart's. Throws autostart-slot-taken. */
  checkSlot(repository: LuksOf): Promise<void>;
  /** Makes a new key, in place of an old one. Throws autostart-slot-taken, wrong-passphrase. */
  add(repository: LuksOf, passphrase: Uint8Array): Promise<void>;
  /**
   * Writes into the header, for a key that is in order, whose slot 1 is and which other slot the passphrase opens; versions
   * up to 0.1.0 did not. Throws wrong-passphrase.
   */
  claim(repository: LuksOf, passphrase: Uint8Array): Promise<void>;
  /**
   * Removes file and slot; a slot 1 that is not known to be autostart's stays. Throws autostart-slot-needed when no other
   * is known to open the volume, passphrase-unproven.
   */
  remove(repository: LuksOf): Promise<KeyRemoval>;
  /** Reads the key. Throws autostart-key-missing. */
  read(repository: LuksOf): Promise<Uint8Array>;
}

const KEY_BYTES = 256;

/** Makes the keeper of autostart keys, which works by cryptsetup (docs/decisions/luks-slots.md). */
export function createAutostartKeys(paths: Paths, run: RunCommand): AutostartKeys {
  const volumeOf = ({ guid, name }: LuksOf): LuksVolume => ({ run, file: volumeFile(paths, guid), name });

  return {
    facts: async (repository) => {
      const volume = volumeOf(repository);
      const header = await readHeader(volume);
      const key = await keyFacts(paths, repository.guid);
      const slot1 = await withKeys(paths, repository.guid, (keys) => slotOneOf(volume, header, keys));
      return { key, volume: volume.file, slot1 };
    },
    checkPassphrase: async (repository, passphrase) => {
      if (!(await keyOpens(volumeOf(repository), passphrase)))
        throw new AppError('wrong-passphrase', { name: repository.name });
    },
    checkSlot: async (repository) => {
      const volume = volumeOf(repository);
      const header = await readHeader(volume);
      const slot1 = await withKeys(paths, repository.guid, (keys) => slotOneOf(volume, header, keys));
      if (slot1 === 'unknown') throw slotTaken(volume);
    },
    add: async (repository, passphrase) => {
      const volume = volumeOf(repository);
      const slot1 = await withKeys(paths, repository.guid, (keys) =>
        emptyAutostartSlot(volume, keys, passphrase),
      );
      if (slot1 === 'unknown') throw slotTaken(volume);
      await forgetKeyFiles(paths, repository.guid);
      await addKey(paths, volume, repository.guid, passphrase);
    },
    claim: (repository, passphrase) => markAutostartSlot(volumeOf(repository), passphrase),
    remove: async (repository) => {
      const { guid } = repository;
      // The file goes last: while it is there, it shows whose slot 1 is.
      const slot1 = await withKeys(paths, guid, (keys) => emptyAutostartSlot(volumeOf(repository), keys));
      const forgot = await forgetKeyFiles(paths, guid);
      const left = slot1 === 'unknown';
      return { removed: forgot || (slot1 !== 'empty' && !left), left };
    },
    read: async ({ guid, name }) => {
      const file = autostartKeyFile(paths, guid);
      return readFile(file).catch((error: unknown) => {
        if (hasCode(error, 'ENOENT')) throw new AppError('autostart-key-missing', { name, file });
        throw error;
      });
    },
  };
}

function slotTaken({ name, file }: LuksVolume): AppError {
  return new AppError('autostart-slot-taken', { name, file });
}

/** Makes a new key, in its file and in slot 1, which is empty. */
async function addKey(paths: Paths, volume: LuksVolume, guid: string, passphrase: Uint8Array): Promise<void> {
  const file = autostartKeyFile(paths, guid);
  await ensureFolder(dirname(file), 0o700);
  const added = randomBytes(KEY_BYTES);
  try {
    // The file is on disk before the slot is made, so that an interruption never leaves a slot whose key nobody has.
    await writeKey(partialKey(file), added);
    await syncPath(dirname(file));
    // Few iterations, since random bytes need no stretching.
    const derivation = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
    await addToSlot(volume, AUTOSTART_SLOT, { key: passphrase, added, derivation });
  } finally {
    added.fill(0);
  }
  await markAutostartSlot(volume, passphrase);
  await rename(partialKey(file), file);
  await syncPath(dirname(file));
}

/** Reads the keys of a repository, calls `use` with them, and wipes them from memory. */
export async function withKeys<Answer>(
  paths: Paths,
  guid: string,
  use: (keys: KeysAtHand) => Promise<Answer>,
): Promise<Answer> {
  const file = autostartKeyFile(paths, guid);
  const keys = { key: await readIfThere(file), partial: await readIfThere(partialKey(file)) };
  try {
    return await use(keys);
  } finally {
    keys.key?.fill(0);
    keys.partial?.fill(0);
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  });
}

function partialKey(file: string): string {
  return `${file}.partial`;
}

/** Writes a key to a new file, on disk. */
async function writeKey(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Removes the files of a repository's key, and no slot. Returns false when there was none. */
export async function forgetKeyFiles(paths: Paths, guid: string): Promise<boolean> {
  const file = autostartKeyFile(paths, guid);
  const found = (await exists(file)) || (await exists(partialKey(file)));
  await removeIfThere(file);
  await removeIfThere(partialKey(file));
  if (found) await syncPath(dirname(file));
  return found;
}

async function keyFacts(paths: Paths, guid: string): Promise<KeyFacts['key']> {
  const file = autostartKeyFile(paths, guid);
  const partial = await exists(partialKey(file));
  const found = await lstat(file).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  });
  if (found === undefined) return { file, state: 'absent', mode: '', private: true, partial };
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
  const isPrivate = found.isFile() && found.uid === 0 && (found.mode & 0o7777) === 0o600;
  return { file, state: 'present', mode: `${mode}, uid ${found.uid}`, private: isPrivate, partial };
}
