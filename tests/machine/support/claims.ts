import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../../sandbox/lock.ts';
import { sandboxFolder } from '../../../sandbox/paths.ts';

/** The environment variable with the process id of the test run, which its workers inherit. */
const RUN = 'REDIACC_TEST_RUN';

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
 * is gone counts no more. Throws when a living run has one of them.
 */
export function claimMachines(names: readonly string[]): Promise<void> {
  const run = Number(process.env[RUN] ?? process.ppid);
  return withLock('test-machines', 'the machines of the tests', () => {
    mkdirSync(claimsFolder(), { recursive: true });
    const taken = names.filter((name) => {
      const owner = ownerOf(name);
      return owner !== undefined && owner !== run && isAlive(owner);
    });
    if (taken.length > 0) {
      const owners = taken.map((name) => `${name} by process ${String(ownerOf(name))}`).join(', ');
      throw new Error(`Other tests are using the sandbox machines: ${owners}. Wait until they have ended.`);
    }
    for (const name of names) writeFileSync(join(claimsFolder(), name), `${String(run)}\n`);
    return Promise.resolve();
  });
}

/** Lists the machines that the run of this process id has claimed. */
export function claimedBy(run: number): string[] {
  return claims().filter((name) => ownerOf(name) === run);
}

/** Forgets the claim on a machine. */
export function giveUpClaim(name: string): void {
  rmSync(join(claimsFolder(), name), { force: true });
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

/** Returns the process id of the run that claimed the machine; undefined when none did. */
function ownerOf(name: string): number | undefined {
  if (!claims().includes(name)) return undefined;
  return Number(readFileSync(join(claimsFolder(), name), 'utf8'));
}

function isAlive(run: number): boolean {
  try {
    process.kill(run, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
