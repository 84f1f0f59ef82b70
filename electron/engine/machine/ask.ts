import { repeatable } from '../../../shared/protocol/protocol.ts';
import type { Result } from '../../../shared/protocol/answers.ts';
import type { Method, Params } from '../../../shared/protocol/protocol.ts';
import { hasAgentEnded } from './connectionProblems.ts';
import type { MachineReference } from '../machineReference.ts';
import type { ReconnectDependencies } from './reconnectDependencies.ts';

/** The number of times that an agent is joined: the pauses between them are those in which systemd starts another. */
const TRIES = 4;

/**
 * Sends a request. An agent that ends before it has said hello was sent nothing, and the next one is joined. One that ends
 * after that, as it does when it is updated, may have ended because of the request: only what is `repeatable` is sent again,
 * and once. Rejects as `AgentChannel.request` does.
 */
export async function ask<M extends Method>(
  { connections, pause }: Pick<ReconnectDependencies, 'connections' | 'pause'>,
  machine: MachineReference,
  method: M,
  params: Params<M>,
): Promise<Result<M>> {
  let sendings = repeatable[method] ? 2 : 1;
  for (let tries = 1; ; tries++) {
    try {
      const channel = await connections.control(machine);
      sendings -= 1;
      return await channel.request(method, params);
    } catch (error) {
      if (tries === TRIES || sendings === 0 || !hasAgentEnded(error)) throw error;
      await pause.wait(pause.backOff(tries - 1));
    }
  }
}
