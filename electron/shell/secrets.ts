import { safeStorage } from 'electron';
import { join } from 'node:path';
import * as z from 'zod';
import type { Keychain } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import type { PassphrasePlace, PassphraseStore, Remembered, UnprovenPlace } from '../api/passphrases.ts';
import { openJsonFile } from '../engine/store/jsonFile.ts';

/**
 * The passphrases, encrypted by the system's keychain together with the place that each is bound to, in base64. A key is
 * the context, the machine and the GUID (names hold neither `/` nor spaces); version 0.1.0 had the GUID alone.
 */
const keptSchema = z.record(z.string(), z.string());

/** What is encrypted. The place is inside, so that nobody moves a passphrase to another place. */
const openedSchema = z.object({
  passphrase: z.string(),
  place: z.object({
    context: z.string(),
    machine: z.string(),
    host: z.string(),
    port: z.number(),
    user: z.string(),
    hostKey: z.string(),
    guid: z.string(),
  }),
});

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
  const seek = async (place: UnprovenPlace): Promise<Remembered> => {
    const entries = isAvailable ? await file.read() : {};
    const own = entries[keyOf(place)];
    if (own !== undefined) return judge(await decrypt(own), place);
    if (entries[place.guid] !== undefined) return { state: 'withheld', because: 'older' };
    const isElsewhere = Object.keys(entries).some((key) => key.endsWith(` ${place.guid}`));
    return isElsewhere ? { state: 'withheld', because: 'machine' } : { state: 'none' };
  };
  return {
    keychain: () => keychain,
    find: seek,
    look: async (place) => {
      const found = await seek(place);
      return found.state === 'kept' ? { state: 'kept' } : found;
    },
    set: async (place, passphrase) => {
      if (!isAvailable) throw new AppError('keychain-absent', { backend: keychain.backend ?? '-' });
      const opened = JSON.stringify({ passphrase, place } satisfies z.infer<typeof openedSchema>);
      const kept = (await safeStorage.encryptStringAsync(opened)).toString('base64');
      await file.change((before) => ({ ...without(before, place), [keyOf(place)]: kept }));
    },
    forget: async (of) => {
      await file.change((before) => without(before, of));
    },
  };
}

function keyOf({ context, machine, guid }: Pick<PassphrasePlace, 'context' | 'machine' | 'guid'>): string {
  return `${context}/${machine} ${guid}`;
}

/** Returns the entries without those of a repository: its own, and the one that version 0.1.0 kept. */
function without(
  entries: Readonly<Record<string, string>>,
  of: Pick<PassphrasePlace, 'context' | 'machine' | 'guid'>,
): Record<string, string> {
  const gone = [keyOf(of), of.guid];
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !gone.includes(key)));
}

/**
 * Compares the place that a passphrase was kept for with the one that it is wanted at, whose host key is left out while
 * the machine has proven none.
 */
function judge(opened: z.infer<typeof openedSchema> | undefined, wanted: UnprovenPlace): Remembered {
  if (opened === undefined) return { state: 'none' };
  const { place, passphrase } = opened;
  const isSame = (...fields: (keyof PassphrasePlace)[]): boolean =>
    fields.every((field) => place[field] === wanted[field]);
  if (!isSame('context', 'machine', 'guid')) return { state: 'withheld', because: 'machine' };
  if (wanted.hostKey !== undefined && !isSame('hostKey')) return { state: 'withheld', because: 'host-key' };
  if (!isSame('host', 'port', 'user')) return { state: 'withheld', because: 'address' };
  return { state: 'kept', passphrase };
}

/**
 * Decrypts a passphrase and its place. One that the keychain does not decrypt any more counts as never kept: the person
 * is asked again.
 */
async function decrypt(kept: string): Promise<z.infer<typeof openedSchema> | undefined> {
  try {
    const { result } = await safeStorage.decryptStringAsync(Buffer.from(kept, 'base64'));
    return openedSchema.safeParse(JSON.parse(result)).data;
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
