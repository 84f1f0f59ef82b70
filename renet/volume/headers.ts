import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { HEADER_PART, LARGEST_HEADER } from '../../shared/protocol/protocol.ts';
import type { Result } from '../../shared/protocol/answers.ts';
import { ensureFolder, listIfThere, removeIfThere } from '../host.ts';
import { headerFile, headersFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { bootClock } from '../process.ts';
import { findRepository } from '../repository/repositories.ts';

/**
 * The age at which a forgotten header is removed. A header on its way between machine and admin is a file that only
 * root can read, under /run, which is memory; it travels in parts. Its last user removes it: the engine that has read it,
 * or the operation that restores it. A forgotten one is removed when the next one comes, or by a reboot.
 */
const FORGOTTEN_MILLISECONDS = 60 * 60 * 1000;

/** Copies a volume's header to a file that is then read in parts. Throws not-a-repository-volume. */
export async function saveHeader(
  { paths, luks }: MachineDependencies,
  nameOrGuid: string,
): Promise<Result<'header.save'>> {
  const repository = await findRepository(paths, nameOrGuid, hostname());
  const uuid = await luks.uuid(luks.volumeOf(repository));
  if (uuid === undefined) throw new AppError('not-a-repository-volume', { name: repository.name });
  await prepareHeaders(paths);
  const header = randomUUID();
  const file = headerFile(paths, header);
  await luks.backUp(repository, file);
  await touch(file);
  return { header, uuid, ...(await measure(file)) };
}

/**
 * Reads a part of a header, as base64; it is shorter than a whole part only at the end. Throws header-incomplete when
 * the header is gone.
 */
export async function readHeaderPart(paths: Paths, header: string, position: number): Promise<string> {
  const file = await open(headerFile(paths, header), 'r').catch(incomplete);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_PART), 0, HEADER_PART, position);
    return buffer.toString('base64', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Writes a part of a header that an admin sends. A part that is sent again, after a lost answer, replaces itself. */
export async function writeHeaderPart(
  paths: Paths,
  header: string,
  position: number,
  base64: string,
): Promise<void> {
  if (position > LARGEST_HEADER) throw new AppError('header-incomplete');
  await prepareHeaders(paths);
  const file = await open(headerFile(paths, header), position === 0 ? 'w' : 'r+', 0o600).catch(incomplete);
  try {
    await file.write(Buffer.from(base64, 'base64'), 0, undefined, position);
  } finally {
    await file.close();
  }
  await touch(headerFile(paths, header));
}

/** Removes a header that is no longer needed. */
export async function forgetHeader(paths: Paths, header: string): Promise<void> {
  await removeIfThere(headerFile(paths, header));
}

/** Measures a header's file: its size in bytes and its SHA-256. Throws header-incomplete when it is not there. */
export async function measure(file: string): Promise<{ size: number; sha256: string }> {
  const bytes = await readFile(file).catch(incomplete);
  return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function incomplete(cause: unknown): never {
  throw new AppError('header-incomplete', {}, { cause });
}

/** Makes the folder of headers, and removes forgotten headers. */
export async function prepareHeaders(paths: Paths): Promise<void> {
  await ensureFolder(paths.run, 0o755);
  await ensureFolder(headersFolder(paths), 0o700);
  for (const name of await listIfThere(headersFolder(paths))) {
    const file = join(headersFolder(paths), name);
    const found = await stat(file).catch(() => undefined);
    const age = found === undefined ? 0 : bootClock().uptime - found.mtimeMs;
    if (age > FORGOTTEN_MILLISECONDS) await removeIfThere(file);
  }
}

/**
 * Notes that a header was used now. The time is that since the boot, with which these files end: a clock that is set must
 * not make one on its way look forgotten.
 */
async function touch(file: string): Promise<void> {
  const seconds = bootClock().uptime / 1000;
  await utimes(file, seconds, seconds);
}
