import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { identify, isAlive } from '../../../renet/process.ts';
import type { ProcessIdentity } from '../../../renet/process.ts';
import { withLock } from '../../../sandbox/lock.ts';
import { sandboxFolder } from '../../../sandbox/paths.ts';

/** The environment variable with the process id of the test run, which its workers inherit. */
const RUN = 'REDIACC_TEST_RUN';

const ownerSchema = z.object({ pid: z.int().positive(), startTime: z.string(), bootId: z.string() });

/**
 * Makes this process the test run that its workers claim sandbox machines for, and returns its process id. Without it a
 * worker claims machines for its parent.
 */
export function beginRun(): number {
  process.env[RUN] = String(process.pid);
  return process.pid;
}

/**
 * Notes that the machines of these names are this run's: nobody else's tests may use or stop them. A claim of a run that
 * is gone counts no more. Throws when a living run has one of them, and when this run is gone itself.
 */
export function claimMachines(names: readonly string[]): Promise<void> {
  return underLock(() => {
    const pid = Number(process.env[RUN] ?? process.ppid);
    const run = identify(pid);
    if (run === undefined) throw new Error(`The test run, process ${pid}, is gone: it needs no machine.`);
    const others = names.flatMap((name) => {
      const owner = ownerOf(name);
      const isTaken = owner !== undefined && owner.pid !== pid && isAlive(owner);
      return isTaken ? [`${name} by process ${owner.pid}`] : [];
    });
    if (others.length > 0) {
      throw new Error(
        `Other tests are using the sandbox machines: ${others.join(', ')}. Wait until they have ended.`,
      );
    }
    mkdirSync(claimsFolder(), { recursive: true });
    for (const name of names) writeFileAtomic.sync(join(claimsFolder(), name), JSON.stringify(run));
    return Promise.resolve();
  });
}

/**
 * Calls `stop` for every machine that the run of this process id has claimed, or that a run claimed which is gone, and
 * then forgets the claim. Nobody can claim a machine meanwhile.
 */
export function giveUpClaims(run: number, stop: (name: string) => Promise<unknown>): Promise<void> {
  return underLock(async () => {
    for (const name of claims()) {
      const owner = ownerOf(name);
      if (owner !== undefined && owner.pid !== run && isAlive(owner)) continue;
      await stop(name);
      rmSync(join(claimsFolder(), name), { force: true });
    }
  });
}

function underLock(work: () => Promise<void>): Promise<void> {
  return withLock('test-machines', 'the machines of the tests', work);
}

function claimsFolder(): string {
  return join(sandboxFolder(), 'claims');
}

function claims(): string[] {
  try {
    return readdirSync(claimsFolder());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Returns the run that claimed the machine; undefined when none did, or what is noted is not a process. */
function ownerOf(name: string): ProcessIdentity | undefined {
  if (!claims().includes(name)) return undefined;
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(join(claimsFolder(), name), 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
