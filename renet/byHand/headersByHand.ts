import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { readLuksHeader } from '../../shared/luksHeader.ts';
import type { Text } from '../../shared/text/text.ts';
import type { Agent } from '../agent.ts';
import { runByHand } from './byHand.ts';
import { forgetHeader, measure, prepareHeaders } from '../volume/headers.ts';
import { exists, hasCode } from '../host.ts';
import { headerFile } from '../paths.ts';
import { findRepository } from '../repository/repositories.ts';

/**
 * Runs `renet header backup | restore NAME FILE` in a shell on the machine. Resolves with the exit code. Throws
 * file-exists, file-not-found, not-a-header.
 */
export async function headerByHand(
  agent: Agent,
  { action, repository, file }: { action: string; repository: string; file: string },
  text: Text,
): Promise<number> {
  const { paths, luks } = agent.machine;
  if (action === 'backup') {
    if (await exists(file)) throw new AppError('file-exists', { file });
    // Programs are started in another folder than the person's, so they need the absolute path.
    await luks.backUp(await findRepository(paths, repository, hostname()), resolve(file));
    return 0;
  }
  const id = randomUUID();
  await prepareHeaders(paths);
  try {
    await writeFile(headerFile(paths, id), await readHeader(file), { mode: 0o600 });
    const { sha256 } = await measure(headerFile(paths, id));
    const options = { header: { id, sha256 } };
    const request = { verb: 'header-restore', repository, options } as const;
    return await runByHand(agent, { request, passphraseFile: undefined }, text);
  } finally {
    await forgetHeader(paths, id);
  }
}

async function readHeader(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw hasCode(error, 'ENOENT') ? new AppError('file-not-found', { file }, { cause: error }) : error;
  });
  if (readLuksHeader(bytes) === undefined) throw new AppError('not-a-header', { file });
  return bytes;
}
