import { randomUUID } from 'node:crypto';
import {
  SHUTDOWN_FUNCTIONS_SECONDS,
  SHUTDOWN_REPOSITORY_SECONDS,
  SHUTDOWN_SECONDS,
  shutdownParallel,
  waitsFor,
} from '../../shared/autostart.ts';
import { toAppError } from '../../shared/errors.ts';
import type { Agent } from '../agent.ts';
import { inOrder } from './inOrder.ts';
import { awaitVerdict } from '../operation/log/logReader.ts';
import { logFolder } from '../operation/log/operationLog.ts';
import { cancelOperation, listOperations } from '../operation/knownOperations.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { listRepositories, whatIsLeft } from '../repository/repositories.ts';
import { takeTurn } from './turn.ts';
import type { Say, Turn } from './turn.ts';

const SHUTDOWN: Turn = {
  origin: 'shutdown',
  request: { verb: 'down', options: { unmount: true, timeLimit: SHUTDOWN_FUNCTIONS_SECONDS } },
};
/** The time that cancelled operations have to end; a cancelled function takes up to ten seconds of it. */
const CANCEL_SECONDS = 30;

/**
 * Shuts down every open repository, enabled or not; one that started after another is shut down before it. Resolves
 * when all have ended, or when the time that the machine gives is over.
 */
export async function shutDown(agent: Agent, say: Say): Promise<void> {
  const { paths, volumes } = agent.machine;
  const signal = AbortSignal.timeout(SHUTDOWN_SECONDS * 1000);
  await cancelRunning(agent.machine, say);
  // Damaged ones too: their services run, and nobody else would stop them before the machine's end.
  const stored = await listRepositories(paths);
  const all = await Promise.all(stored.map((one) => whatIsLeft(paths, one)));
  const states = await Promise.all(all.map(({ guid }) => volumes.isOpen(guid)));
  const open = all.filter((_, index) => states[index]);
  say(`shutdown: ${open.length} of ${all.length} repositories are open`);
  const edges = waitsFor(open.map(({ guid, autostart }) => ({ guid, after: autostart?.after })));
  const done = inOrder(
    open,
    {
      key: ({ guid }) => guid,
      waitsFor: ({ guid }) => [...edges].filter(([, before]) => before === guid).map(([later]) => later),
      delay: () => 0,
      parallel: shutdownParallel(open.length),
      turnSeconds: SHUTDOWN_REPOSITORY_SECONDS,
      signal,
    },
    (repository) => takeTurn(agent, SHUTDOWN, { operation: randomUUID(), repository }, { say, signal }),
  );
  const over = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      say(`shutdown: the ${SHUTDOWN_SECONDS} s for it are over`);
      resolve();
    });
  });
  await Promise.race([done, over]);
}

/**
 * Cancels the running operations, as systemd does when the machine goes down: only after that is it known which
 * repositories are open. An operation that does not end delays only its own repository.
 */
async function cancelRunning({ paths }: MachineDependencies, say: Say): Promise<void> {
  const patience = AbortSignal.timeout(CANCEL_SECONDS * 1000);
  const tell = (error: unknown): void => say(`shutdown: what runs: ${toAppError(error).message}`);
  const operations = await listOperations(paths, {}).catch((error: unknown) => {
    tell(error);
    return [];
  });
  await Promise.all(
    operations
      .filter(({ state }) => state === 'running')
      .map(async ({ id }) => {
        await cancelOperation(paths, id);
        await awaitVerdict(paths, logFolder(paths, id), patience);
      })
      .map((ended) => ended.catch(tell)),
  );
}
