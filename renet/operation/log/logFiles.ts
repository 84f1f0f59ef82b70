import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { hasCode } from '../../host.ts';

/** The bytes that are read of a log's file at once. */
const PART_BYTES = 64 * 1024;

/** The longest line of events that is read; what an operation writes is far shorter. */
export const LONGEST_LINE_BYTES = 4 * 1024 * 1024;

/** The flags of a file that may be anything by now: no link is followed, and no pipe waited for. */
export const CAREFULLY = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const LINE_END = 0x0a;

/** Returns the error of a log whose file at `path` is not what an operation writes. */
export function damagedLog(path: string, reason: string): AppError {
  return new AppError('operation-log-damaged', { id: basename(dirname(path)), reason });
}

/**
 * Opens a file of a log. Returns undefined when there is none. Throws operation-log-damaged for what is no file, such as
 * a folder, a link or a pipe.
 */
export async function openLogFile(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, CAREFULLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw damagedLog(path, error instanceof Error ? error.message : String(error));
  }
  const kind = await file.stat();
  if (kind.isFile()) return file;
  await file.close();
  throw damagedLog(path, `${basename(path)} is not a file`);
}

/** Reads the beginning of a small file of a log, 4 KiB at most; undefined when there is none. Throws as `openLogFile`. */
export async function readSmallFile(path: string): Promise<string | undefined> {
  const file = await openLogFile(path);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw damagedLog(path, String(error));
  } finally {
    await file.close();
  }
}

/**
 * Reads the first and the last whole line of a file, however large it is; undefined when there is no file, or nothing in
 * it. A line that is not whole, or longer than any that is written, is empty. Throws operation-log-damaged for what
 * cannot be read.
 */
export async function readEnds(path: string): Promise<{ first: string; last: string } | undefined> {
  const file = await openLogFile(path);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    if (size === 0) return undefined;
    return { first: await firstLine(file), last: await lastLine(file, size) };
  } catch (error) {
    throw error instanceof AppError ? error : damagedLog(path, String(error));
  } finally {
    await file.close();
  }
}

async function firstLine(file: FileHandle): Promise<string> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < LONGEST_LINE_BYTES) {
    const part = await readPart(file, bytes.length, PART_BYTES);
    if (part.length === 0) return '';
    bytes = Buffer.concat([bytes, part]);
    const end = bytes.indexOf(LINE_END);
    if (end >= 0) return bytes.toString('utf8', 0, end);
  }
  return '';
}

async function lastLine(file: FileHandle, size: number): Promise<string> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < Math.min(size, LONGEST_LINE_BYTES)) {
    const wanted = Math.min(PART_BYTES, size - bytes.length);
    const part = await readPart(file, size - bytes.length - wanted, wanted);
    // The file was cut short meanwhile.
    if (part.length < wanted) return '';
    bytes = Buffer.concat([part, bytes]);
    const end = bytes.lastIndexOf(LINE_END);
    const begin = end <= 0 ? -1 : bytes.lastIndexOf(LINE_END, end - 1);
    if (end >= 0 && (begin >= 0 || bytes.length === size)) return bytes.toString('utf8', begin + 1, end);
  }
  return '';
}

async function readPart(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
