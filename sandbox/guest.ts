import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxError } from './errors.ts';
import { type Access, runAsGuestRoot, waitForGreeting } from './ssh.ts';

/** The scripts that a machine runs over ssh once it answers. */

async function guestScript(name: string, variables: Record<string, string>): Promise<string> {
  // The values are words, hex or base64, which no shell would take for anything else.
  const assignments = Object.entries(variables).map(([variable, value]) => `${variable}='${value}'\n`);
  return assignments.join('') + (await readFile(join(import.meta.dirname, 'guest', name), 'utf8'));
}

/** Sets the clock and the random numbers of a machine that was just loaded from a snapshot. */
export async function wake(access: Access): Promise<void> {
  const script = await guestScript('wake.sh', { SEED: randomBytes(64).toString('hex') });
  await runAsGuestRoot(access, script, () => (Date.now() / 1000).toFixed(3));
}

/** Gives a new machine its name, its machine-id and the host keys in `folder`. */
export async function personalise(access: Access, name: string, folder: string): Promise<void> {
  const key = async (file: string): Promise<string> => readFile(join(folder, file), 'base64');
  const script = await guestScript('personalise.sh', {
    NAME: name,
    MACHINE_ID: randomBytes(16).toString('hex'),
    ED25519: await key('ssh_host_ed25519_key'),
    ED25519_PUB: await key('ssh_host_ed25519_key.pub'),
    RSA: await key('ssh_host_rsa_key'),
    RSA_PUB: await key('ssh_host_rsa_key.pub'),
  });
  await runAsGuestRoot(access, script);
}

/** Waits until everything that starts at boot has started. */
export async function settle(access: Access): Promise<void> {
  // "degraded" has an exit code of its own. What matters is that nothing is starting any more.
  await runAsGuestRoot(access, 'systemctl is-system-running --wait || true\n');
}

async function bootId(access: Access): Promise<string> {
  return (await runAsGuestRoot(access, 'cat /proc/sys/kernel/random/boot_id\n')).trim();
}

/** Reboots through systemd and waits until the machine answers after it. @throws SandboxError after `seconds`. */
export async function rebootGuest(access: Access, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const before = await bootId(access);
  await runAsGuestRoot(access, 'systemctl reboot --no-block\n');
  for (;;) {
    await waitForGreeting(access.port, Math.max(1, Math.ceil((end - performance.now()) / 1000)));
    // The system from before the reboot may still answer, or go away in the middle of an answer.
    const now = await bootId(access).catch(() => before);
    if (now !== before) return;
    if (performance.now() > end) throw new SandboxError(`The machine did not reboot within ${seconds} s.`);
    await sleep(1000);
  }
}
