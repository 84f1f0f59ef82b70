import { readFile, rename } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import type * as z from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { permitted, withFileLock } from './fileLock.ts';

/** One JSON file shared by several processes: schema-checked on reading, changed under a lock, written whole. */
interface JsonFile<T> {
  /**
   * What the file holds, or the empty value when there is none, for a person who asks: what does not parse is kept
   * aside and named (`configuration-damaged`).
   */
  read(): Promise<T>;
  /** The same for the program itself: undefined, and left as it is, while an editor may not have written it whole. */
  look(): Promise<T | undefined>;
  /**
   * Replaces the contents by what `next` makes of them, with no other writer in between; when `next` throws, the
   * file stays as it was. Throws `configuration-damaged` and, when another process keeps the lock,
   * `configuration-busy`.
   */
  change(next: (value: T) => T): Promise<T>;
}

/** Makes the JSON file at `path` (absolute). It and the folders that are missing above it are made 0600 and 0700. */
export function openJsonFile<T>(path: string, schema: z.ZodType<T>, empty: T): JsonFile<T> {
  const read = async (): Promise<T> => parse(await readText(path), schema, empty);
  return {
    async read() {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        // Read again under the lock: another process may have put it right, or aside, in the meantime.
        return withFileLock(path, () => read().catch((again: unknown) => keepAside(path, again)));
      }
    },
    look: () =>
      read().catch((error: unknown) => {
        if (error instanceof Unreadable) return undefined;
        throw error;
      }),
    change: (next) =>
      withFileLock(path, async () => {
        const value = next(await read().catch((error: unknown) => keepAside(path, error)));
        await writeFileAtomic(path, JSON.stringify(value, null, 2) + '\n', { mode: 0o600 });
        return value;
      }),
  };
}

/** Contents that do not parse; never leaves this file. */
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
