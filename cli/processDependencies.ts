import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { AgentFile } from '../electron/engine/setup/setup.ts';
import { AppError } from '../shared/errors.ts';
import type { RdcDependencies } from './dependencies.ts';

/** The version that the build writes in; undefined when the sources run unbuilt. */
declare const RDC_VERSION: string | undefined;
const isBuilt = typeof RDC_VERSION === 'string';

const versionSchema = z.object({ version: z.string() });
const agentSchema = versionSchema.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Returns the dependencies of `rdc` that are those of this process: its streams, environment, clock and signals. */
export function processDependencies(): RdcDependencies {
  const version = isBuilt ? RDC_VERSION : sourceVersion();
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    version,
    now: () => Date.now(),
    onInterrupt(handler) {
      process.on('SIGINT', handler);
      return () => process.off('SIGINT', handler);
    },
    async contexts() {
      const [{ createContextStore }, { ownFolders }] = await Promise.all([
        import('../electron/engine/context/contexts.ts'),
        import('../electron/engine/store/folders.ts'),
      ]);
      return createContextStore(ownFolders().config);
    },
    async remote(people) {
      const [{ createLocalEngine }, { ownFolders }] = await Promise.all([
        import('../electron/engine/localEngine.ts'),
        import('../electron/engine/store/folders.ts'),
      ]);
      return createLocalEngine({ folders: ownFolders(), people, version, readAgent });
    },
  };
}

function sourceVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return versionSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

/** Reads the agent that was built with this program, from beside it, or from dist/ when the sources run unbuilt. */
async function readAgent(): Promise<AgentFile> {
  const file = new URL(isBuilt ? 'renet.cjs' : '../dist/renet.cjs', import.meta.url);
  try {
    const description = agentSchema.parse(JSON.parse(await readFile(new URL('renet.json', file), 'utf8')));
    return { ...description, bytes: await readFile(file) };
  } catch (error) {
    throw new AppError('file-not-found', { file: fileURLToPath(file) }, { cause: error });
  }
}
