import { safeStorage } from 'electron';
import { join } from 'node:path';
import * as z from 'zod';
import type { Keychain } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import type { PassphraseStore } from '../api/passphrases.ts';
import { openJsonFile } from '../engine/store/jsonFile.ts';

/** The passphrases by the repository's GUID, encrypted by the system's keychain, in base64. */
const keptSchema = z.record(z.string(), z.string());

/**
 * Opens the store of passphrases. `passphrases.json` of the config folder can be decrypted only with the system's
 * keychain; where there is no keychain that protects it, nothing is kept. Called once Electron is ready.
 */
export async function openSecrets(configFolder: string): Promise<PassphraseStore> {
  const keychain = await findKeychain();
  const file = openJsonFile<z.infer<typeof keptSchema>>(
    join(configFolder, 'passphrases.json'),
    keptSchema,
    {},
  );
  const isAvailable = keychain.state === 'available';
  return {
    keychain: () => keychain,
    get: async (guid) => {
      const kept = isAvailable ? (await file.read())[guid] : undefined;
      return kept === undefined ? undefined : decrypt(kept);
    },
    set: async (guid, passphrase) => {
      if (!isAvailable) throw new AppError('keychain-absent', { backend: keychain.backend ?? '-' });
      const kept = (await safeStorage.encryptStringAsync(passphrase)).toString('base64');
      await file.change((before) => ({ ...before, [guid]: kept }));
    },
    forget: async (guid) => {
      await file.change((before) =>
        Object.fromEntries(Object.entries(before).filter(([known]) => known !== guid)),
      );
    },
    list: async () => (isAvailable ? Object.keys(await file.read()) : []),
  };
}

/**
 * Decrypts a passphrase. One that the keychain does not decrypt any more counts as never kept: the person is asked
 * again.
 */
async function decrypt(kept: string): Promise<string | undefined> {
  try {
    return (await safeStorage.decryptStringAsync(Buffer.from(kept, 'base64'))).result;
  } catch {
    return undefined;
  }
}

/**
 * Finds the system's keychain. Where Linux has none, Chromium "encrypts" with a password that every program knows
 * (`basic_text`); that counts as no keychain.
 */
async function findKeychain(): Promise<Keychain> {
  const backend = nameOfBackend();
  if (backend === 'basic_text') return { state: 'basic', backend };
  const available = backend !== 'unknown' && (await safeStorage.isAsyncEncryptionAvailable());
  return { state: available ? 'available' : 'absent', backend };
}

function nameOfBackend(): string {
  if (process.platform === 'darwin') return 'keychain';
  return process.platform === 'win32' ? 'dpapi' : safeStorage.getSelectedStorageBackend();
}
