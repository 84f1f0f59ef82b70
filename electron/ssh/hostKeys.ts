import { readFile } from 'node:fs/promises';
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
 * Does `work` while no other process of ours works on the file at `path`; the folder above it is made. `work` calls what
 * it is given before it writes: it throws once another process has taken the lock away.
 */
type WithFileLock = <R>(path: string, work: (stillOurs: () => void) => Promise<R>) => Promise<R>;

/**
 * Makes the known hosts of the system's `files` and of our own file `own`, which is made with mode 0600, its folder
 * with 0700.
 */
export function createHostKeys(files: readonly string[], own: string, withFileLock: WithFileLock): HostKeys {
  return {
    entries: async () => {
      const system = files.map(async (file) =>
        // As for ssh, a file that cannot be read knows no hosts.
        parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file),
      );
      return (await Promise.all([...system, readOwn(own).then((text) => parseKnownHosts(text, own))])).flat();
    },
    trust: (host, port, { keyType, publicKey }) => {
      const line = `${knownHostName(host, port)} ${keyType} ${publicKey.toString('base64')}`;
      return withFileLock(own, async (stillOurs) => {
        const before = await readOwn(own);
        if (before.split('\n').includes(line)) return;
        const gap = before === '' || before.endsWith('\n') ? '' : '\n';
        stillOurs();
        await writeFileAtomic(own, `${before}${gap}${line}\n`, { mode: 0o600 }).catch(refused);
      });
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

function refused(error: unknown): never {
  throw new AppError('not-permitted', { reason: reasonOf(error) }, { cause: error });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
