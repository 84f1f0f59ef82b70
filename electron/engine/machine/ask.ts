import { AppError } from '../../../shared/errors.ts';
import type { Reason } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/protocol/answers.ts';
import type { Method, Params } from '../../../shared/protocol/protocol.ts';
import type { MachineReference } from '../machineReference.ts';
import type { ReconnectDependencies } from './reconnectDependencies.ts';

/** The number of times that a request is sent: the pauses between them are those in which systemd starts an agent. */
const TRIES = 4;

const AGENT_ENDED: readonly unknown[] = ['renet-ended', 'renet-ended-saying'] satisfies readonly Reason[];

/**
 * Sends a request, and again when the agent ended before it answered, as it does when it is updated: the machine is there,
 * and so is another agent in a moment. Every request but `operation.start` may be sent twice, which start.ts does in its own
 * way. Rejects as `AgentChannel.request` does.
 */
export async function ask<M extends Method>(
  { connections, pause }: Pick<ReconnectDependencies, 'connections' | 'pause'>,
  machine: MachineReference,
  method: M,
  params: Params<M>,
): Promise<Result<M>> {
  for (let tries = 1; ; tries++) {
    try {
      return await (await connections.control(machine)).request(method, params);
    } catch (error) {
      if (tries === TRIES || !hasAgentEnded(error)) throw error;
      await pause.wait(pause.backOff(tries - 1));
    }
  }
}

function hasAgentEnded(error: unknown): boolean {
  return (
    error instanceof AppError &&
    error.code === 'connection-lost' &&
    AGENT_ENDED.includes(error.details['reason'])
  );
}
