import { readFile, rename } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type * as z from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { permitted, withFileLock } from './fileLock.ts';

/**
 * One JSON file that several processes share. It is checked by a schema when it is read, changed under a lock, and
 * written whole.
 */
interface JsonFile<T> {
  /**
   * Reads the file on behalf of a person; a missing file holds the empty value. A file that does not parse is moved
   * aside, and `configuration-damaged` names where.
   */
  read(): Promise<T>;
  /**
   * Reads the file for the program itself. Returns undefined for a file that does not parse, and leaves it, as an
   * editor may not have written it whole yet.
   */
  look(): Promise<T | undefined>;
  /**
   * Replaces the contents by what `next` makes of them, with no other writer in between. When `next` throws, the file
   * stays as it was. Throws `configuration-damaged`, and `configuration-busy` when another process keeps the lock.
   */
  change(next: (value: T) => T): Promise<T>;
}

/** Opens the JSON file at `path` (absolute). The file is made with mode 0600, missing folders above it with 0700. */
export function openJsonFile<T>(path: string, schema: z.ZodType<T>, empty: T): JsonFile<T> {
  const read = async (): Promise<T> => parse(await readText(path), schema, empty);
  return {
    async read() {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        // Another process may have mended the file, or moved it aside, in the meantime.
        return withFileLock(path, () => read().catch((again: unknown) => keepAside(path, again)));
      }
    },
    look: () =>
      read().catch((error: unknown) => {
        if (error instanceof Unreadable) return undefined;
        throw error;
      }),
    change: (next) =>
      withFileLock(path, async (stillOurs) => {
        const value = next(await read().catch((error: unknown) => keepAside(path, error)));
        stillOurs();
        await writeFileAtomic(path, JSON.stringify(value, null, 2) + '\n', { mode: 0o600 });
        return value;
      }),
  };
}

/** The error for contents that do not parse. It is never thrown out of this module. */
class Unreadable extends Error {}

async function readText(path: string): Promise<string | undefined> {
  return permitted(
    readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }),
  );
}

function parse<T>(text: string | undefined, schema: z.ZodType<T>, empty: T): T {
  if (text === undefined) return empty;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Unreadable(error instanceof Error ? error.message : String(error));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Unreadable(
    result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

async function keepAside(path: string, error: unknown): Promise<never> {
  if (!(error instanceof Unreadable)) throw error;
  const kept = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(path, kept);
  throw new AppError('configuration-damaged', { file: path, reason: error.message, kept }, { cause: error });
}
