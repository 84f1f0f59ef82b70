import { toAppError } from '../../shared/errors.ts';
import type { Agent } from '../agent.ts';
import { boot } from './boot.ts';
import { forgetBoot } from './bootUnit.ts';
import { shutDown } from './shutdown.ts';
import type { Say } from './turn.ts';

/**
 * Runs the boot service: starts the enabled repositories, then waits for `stop`. If the machine goes down then, it
 * shuts down every open repository. If not (updates restart services), it leaves everything as it is, and a service
 * that is started again in the same boot goes on where this one was.
 */
export async function supervise(
  agent: Agent,
  say: Say,
  stop: AbortSignal,
  machineGoesDown: () => Promise<boolean>,
): Promise<void> {
  const booting = boot(agent, say, stop).catch((error: unknown) => say(`boot: ${toAppError(error).message}`));
  await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
  if (!(await machineGoesDown())) {
    say('asked to end while the machine stays up: every repository stays as it is');
    // A repository that is just being started is started to the end first.
    await booting;
    return;
  }
  await shutDown(agent, say);
  await forgetBoot(agent.machine.paths);
}
