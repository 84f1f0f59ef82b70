import { randomBytes } from 'node:crypto';
import { lstat, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AutostartFacts } from '../../shared/autostart.ts';
import { AppError } from '../../shared/errors.ts';
import { ensureFolder, exists, hasCode, removeIfThere, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { createLuks } from './luks.ts';
import type { LuksOf } from './luks.ts';
import { autostartKeyFile, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';

type KeyFacts = Pick<AutostartFacts, 'key' | 'slot0' | 'slot1' | 'opens'>;

/**
 * The keys that open volumes at boot. Each is a file on the machine's disk and LUKS slot 1; slot 0 is never touched.
 */
export interface AutostartKeys {
  /** Returns the state of file and slots, and whether the key opens the volume. Throws not-a-repository-volume. */
  facts(repository: LuksOf): Promise<KeyFacts>;
  /** Checks that a passphrase opens slot 0. Throws wrong-passphrase; autostart-slot-needed when slot 0 is empty. */
  checkPassphrase(repository: LuksOf, passphrase: Uint8Array): Promise<void>;
  /** Makes a new key, in place of an old one. */
  add(repository: LuksOf, passphrase: Uint8Array): Promise<void>;
  /**
   * Removes file and slot. Returns false when there was neither. Throws autostart-slot-needed when slot 1 is the only
   * one.
   */
  remove(repository: LuksOf): Promise<boolean>;
  /** Removes the file alone, when the repository is being deleted. */
  forget(guid: string): Promise<void>;
  /** Reads the key. Throws autostart-key-missing. */
  read(repository: LuksOf): Promise<Uint8Array>;
}

const KEY_BYTES = 256;

/** Makes the keeper of autostart keys, which works by cryptsetup (docs/decisions/luks-slots.md). */
export function createAutostartKeys(paths: Paths, run: RunCommand): AutostartKeys {
  const luks = createLuks(paths, run);
  const remove: AutostartKeys['remove'] = async (repository) => {
    const { guid, name } = repository;
    const slots = await luks.slots(repository);
    if (slots.has('1') && !slots.has('0')) throw new AppError('autostart-slot-needed', { name });
    const removed = await forgetFiles(paths, guid);
    if (!slots.has('1')) return removed;
    await luks.killSlot(repository, '1');
    return true;
  };

  return {
    remove,
    facts: async (repository) => {
      const slots = await luks.slots(repository);
      const key = await keyFacts(paths, repository.guid);
      const [slot0, slot1] = [slots.has('0'), slots.has('1')];
      if (key.state === 'absent' || !slot1) return { key, slot0, slot1, opens: undefined };
      const bytes = await readFile(key.file);
      return { key, slot0, slot1, opens: await luks.opens(repository, '1', bytes) };
    },
    checkPassphrase: async (repository, passphrase) => {
      const { name } = repository;
      if (!(await luks.slots(repository)).has('0')) throw new AppError('autostart-slot-needed', { name });
      if (!(await luks.opens(repository, '0', passphrase))) throw new AppError('wrong-passphrase', { name });
    },
    add: async (repository, passphrase) => {
      await remove(repository);
      await addKey(paths, run, repository.guid, passphrase);
    },
    forget: async (guid) => {
      await forgetFiles(paths, guid);
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

/** Makes a new key, in its file and in slot 1, which is empty. */
async function addKey(paths: Paths, run: RunCommand, guid: string, passphrase: Uint8Array): Promise<void> {
  const file = autostartKeyFile(paths, guid);
  await ensureFolder(dirname(file), 0o700);
  // The file is on disk before the slot is made, so that an interruption never leaves a slot whose key nobody has.
  await writeKey(partialKey(file));
  await syncPath(dirname(file));
  // Few iterations, since random bytes need no stretching.
  const derivation = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
  const options = ['--batch-mode', '--key-slot', '1', ...derivation, '--key-file', '-'];
  await run(['cryptsetup', 'luksAddKey', ...options, volumeFile(paths, guid), partialKey(file)], {
    input: passphrase,
  });
  await rename(partialKey(file), file);
  await syncPath(dirname(file));
}

function partialKey(file: string): string {
  return `${file}.partial`;
}

/** Writes a new random key to a new file, on disk. */
async function writeKey(path: string): Promise<void> {
  const bytes = randomBytes(KEY_BYTES);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    bytes.fill(0);
    await file.close();
  }
}

/** Removes the key's files. Returns false when there was none. */
async function forgetFiles(paths: Paths, guid: string): Promise<boolean> {
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
