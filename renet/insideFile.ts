import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';

const LIMIT = 1024 * 1024;

/** The text of a file inside a repository, opened component by component without following links. */
export async function readInside(root: string, relative: string): Promise<string> {
  const { dev } = await lstat(root);
  let path = root;
  for (const part of relative.split('/')) {
    path = join(path, part);
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new AppError('unsafe-path', { path: relative, reason: 'it is a link' });
    if (found.dev !== dev)
      throw new AppError('unsafe-path', { path: relative, reason: 'it is on another device' });
  }
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if ((await file.stat()).size > LIMIT)
      throw new AppError('file-too-large', { file: relative, limit: '1 MiB' });
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
