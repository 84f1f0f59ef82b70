import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';
import { knownHostName, parseKnownHosts } from './knownHosts.ts';
import type { KnownHost } from './knownHosts.ts';

/** The known hosts: the system's files and ours are read, only ours is written. */
export interface HostKeys {
  entries(): Promise<KnownHost[]>;
  /** Remembers a key for a host. */
  trust(host: string, port: number, key: { keyType: string; publicKey: Buffer }): Promise<void>;
}

/** Reads `files`, ours last; `own` is ours. */
export function createHostKeys(files: readonly string[], own: string): HostKeys {
  const read = async (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
  return {
    entries: async () => {
      const all = await Promise.all(
        [...files, own].map(async (file) => parseKnownHosts(await read(file), file)),
      );
      return all.flat();
    },
    trust: async (host, port, { keyType, publicKey }) => {
      await mkdir(dirname(own), { recursive: true, mode: 0o700 });
      const release = await lock(own, {
        realpath: false,
        retries: { retries: 50, minTimeout: 20, maxTimeout: 200 },
      });
      try {
        const line = `${knownHostName(host, port)} ${keyType} ${publicKey.toString('base64')}\n`;
        const before = await read(own);
        if (!before.includes(line)) await writeFileAtomic(own, before + line, { mode: 0o600 });
      } finally {
        await release();
      }
    },
  };
}
