import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { AppError } from '../../shared/errors.ts';
import { knownHostName, parseKnownHosts } from './knownHosts.ts';
import type { KnownHost } from './knownHosts.ts';
import { reasonOf } from './reason.ts';

/** The known hosts. The system's files and our own are read; only our own is written. */
export interface HostKeys {
  /** Reads all usable lines. Throws not-permitted when our own file cannot be read. */
  entries(): Promise<KnownHost[]>;
  /** Remembers a key for a host. Throws not-permitted, configuration-busy. */
  trust(host: string, port: number, key: { keyType: string; publicKey: Buffer }): Promise<void>;
}

/**
 * The options of the lock. It is held for milliseconds only, and waited for longer than a dead program's lock lasts (10
 * s).
 */
const LOCK = { realpath: false, retries: { retries: 300, minTimeout: 10, maxTimeout: 60, randomize: true } };

/**
 * Makes the known hosts of the system's `files` and of our own file `own`, which is made with mode 0600, its folder
 * with 0700.
 */
export function createHostKeys(files: readonly string[], own: string): HostKeys {
  return {
    entries: async () => {
      const system = files.map(async (file) =>
        // As for ssh, a file that cannot be read knows no hosts.
        parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file),
      );
      return (await Promise.all([...system, readOwn(own).then((text) => parseKnownHosts(text, own))])).flat();
    },
    trust: async (host, port, { keyType, publicKey }) => {
      const line = `${knownHostName(host, port)} ${keyType} ${publicKey.toString('base64')}`;
      await mkdir(dirname(own), { recursive: true, mode: 0o700 }).catch(refused);
      const release = await lock(own, LOCK).catch((error: unknown) => busy(own, error));
      try {
        const before = await readOwn(own);
        if (before.split('\n').includes(line)) return;
        const gap = before === '' || before.endsWith('\n') ? '' : '\n';
        await writeFileAtomic(own, `${before}${gap}${line}\n`, { mode: 0o600 }).catch(refused);
      } finally {
        await release();
      }
    },
  };
}

/**
 * Reads our own file, empty when there is none. A file that cannot be read must not pass for empty, or the next key
 * would replace its contents.
 */
async function readOwn(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    return refused(error);
  });
}

function busy(file: string, error: unknown): never {
  if (codeOf(error) !== 'ELOCKED') refused(error);
  throw new AppError('configuration-busy', { file }, { cause: error });
}

function refused(error: unknown): never {
  throw new AppError('not-permitted', { reason: reasonOf(error) }, { cause: error });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
