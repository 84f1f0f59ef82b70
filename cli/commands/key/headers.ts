import { open, stat, unlink } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { fetchHeader, sendHeader } from '../../../electron/engine/operation/headers.ts';
import { AppError, fill } from '../../../shared/errors.ts';
import { readLuksHeader } from '../../../shared/luksHeader.ts';
import type { Answer, Call } from '../../call.ts';
import { askYesNo, canAsk } from '../../input/prompt.ts';
import { readSecretFile } from '../../input/secrets.ts';
import { sizeText } from '../../output/amountText.ts';
import { confirm } from '../confirm.ts';
import { startAndFollow } from '../startAndFollow.ts';
import type { MachineOption } from '../words.ts';

/** The options of `repo header backup`. */
export interface BackupOptions extends MachineOption {
  readonly file: string;
  readonly overwrite?: boolean;
}

/** Saves the LUKS header of a repository to a file: `repo header backup NAME --file F -m M`. */
export async function backUpHeader(
  call: Call,
  name: string,
  { machine: machineName, file, overwrite = false }: BackupOptions,
): Promise<Answer> {
  const { text } = call;
  const machine = await call.machine(machineName);
  // The person is asked before anything is fetched.
  const replace = overwrite || (await mayReplace(call, file));
  const { bytes, uuid, sha256 } = await fetchHeader((await call.remote()).engine, machine, name);
  try {
    await keepFile(file, bytes, replace);
  } finally {
    bytes.fill(0);
  }
  const saved = { name, file, size: sizeText(bytes.length, text) };
  return {
    document: { machine: machine.machine.name, repository: name, file, size: bytes.length, uuid, sha256 },
    lines: [fill(text.cli.headerSaved, saved), `UUID ${uuid}, SHA-256 ${sha256}`, text.cli.headerKeep],
  };
}

/**
 * Resolves with true when the person lets a file be replaced, with false where there is no file yet. Throws `cancelled`
 * when the person says no, file-exists where there is nobody to ask.
 */
async function mayReplace({ dependencies, text }: Call, file: string): Promise<boolean> {
  const there = await stat(file).then(
    () => true,
    () => false,
  );
  if (!there) return false;
  if (!canAsk(dependencies)) throw new AppError('file-exists', { file });
  if (await askYesNo(dependencies, fill(text.cli.headerOverwrite, { file }))) return true;
  throw new AppError('cancelled');
}

/**
 * Writes the header to a file that only its owner may read: with a header, a passphrase opens the volume even after
 * that passphrase has been changed. Throws file-exists, disk-full, file-not-found.
 */
async function keepFile(file: string, bytes: Uint8Array, replace: boolean): Promise<void> {
  try {
    if (replace) await writeFileAtomic(file, Buffer.from(bytes), { mode: 0o600 });
    else await writeNewFile(file, bytes);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new AppError('file-exists', { file }, { cause: error });
    if (hasCode(error, 'ENOSPC')) throw new AppError('disk-full', { path: file }, { cause: error });
    if (hasCode(error, 'ENOENT')) throw new AppError('file-not-found', { file }, { cause: error });
    throw error;
  }
}

async function writeNewFile(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    // Half a header opens nothing.
    await unlink(file);
    throw error;
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The options of `repo header restore`. */
export interface RestoreOptions extends MachineOption {
  readonly file: string;
  readonly confirm?: string;
}

/**
 * Puts a saved LUKS header back: `repo header restore NAME --file F -m M`. The person confirms by typing the
 * repository's name, or gives it with `--confirm`. Throws not-a-header, confirmation-needed.
 */
export async function restoreHeader(
  call: Call,
  name: string,
  { machine: machineName, file, confirm: given }: RestoreOptions,
): Promise<Answer> {
  const bytes = await readSecretFile(call.dependencies.stdin, file);
  if (readLuksHeader(bytes) === undefined) throw new AppError('not-a-header', { file });
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const restore = { verb: 'header-restore', repository: name } as const;
  // A refusal comes before the person is asked and before the header is sent.
  await engine.plan(machine, { ...restore, options: {} });
  await confirm(call, call.text.cli.headerPrompt, { name, machine: machine.machine.name }, given);
  const header = await sendHeader(engine, machine, bytes);
  try {
    return await startAndFollow(call, machine, { ...restore, options: { header } });
  } finally {
    bytes.fill(0);
    await engine.request(machine, 'header.forget', { header: header.id }).catch(() => undefined);
  }
}
