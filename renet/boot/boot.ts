import { randomUUID } from 'node:crypto';
import { BOOT_PARALLEL, BOOT_SECONDS, BOOT_TURN_SECONDS, waitsFor } from '../../shared/autostart.ts';
import { toAppError } from '../../shared/errors.ts';
import type { Agent } from '../agent.ts';
import { bootOperationOf, isBooted, noteBooted, noteBootOperation } from './bootUnit.ts';
import { inOrder } from './inOrder.ts';
import { withMachineLock } from '../operation/locks.ts';
import { knownRepositories } from '../repository/repositories.ts';
import { takeTurn } from './turn.ts';
import type { Say, Turn } from './turn.ts';
import { collectUnfinished } from '../operation/unfinished.ts';

const BOOT: Turn = {
  origin: 'boot',
  request: { verb: 'up', options: { boot: true, timeLimit: BOOT_SECONDS } },
};

/**
 * Starts every enabled repository that was not started in this boot yet, in the chosen order, several at a time. One
 * that fails or hangs delays only those that wait for it.
 */
export async function boot(agent: Agent, say: Say, signal: AbortSignal): Promise<void> {
  const { paths } = agent.machine;
  if (await isBooted(paths)) return;
  const kept = await withMachineLock(paths, () => collectUnfinished(agent.machine)).catch(
    (error: unknown) => [toAppError(error)],
  );
  for (const { message } of kept) say(`boot: unfinished work stays: ${message}`);
  const enabled = (await knownRepositories(paths)).filter(({ autostart }) => autostart !== undefined);
  const edges = waitsFor(enabled.map(({ guid, autostart }) => ({ guid, after: autostart?.after })));
  await inOrder(
    enabled,
    {
      key: ({ guid }) => guid,
      waitsFor: ({ guid }) => [...edges].filter(([later]) => later === guid).map(([, before]) => before),
      delay: ({ autostart }) => autostart?.delay ?? 0,
      parallel: BOOT_PARALLEL,
      turnSeconds: BOOT_TURN_SECONDS,
      signal,
    },
    async (repository) => {
      const noted = await bootOperationOf(paths, repository.guid);
      const operation = noted ?? randomUUID();
      if (noted === undefined) await noteBootOperation(paths, repository.guid, operation);
      await takeTurn(agent, BOOT, { operation, repository }, { say, signal });
    },
  );
  if (!signal.aborted) await noteBooted(paths);
}
