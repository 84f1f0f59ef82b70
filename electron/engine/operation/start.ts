import { randomUUID } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { Params } from '../../../shared/protocol/protocol.ts';
import { copyOf } from '../../../shared/secrets/secretBytes.ts';
import { wipeSecrets } from '../../../shared/secrets/secretJson.ts';
import type { VerbRequest } from '../../../shared/verbs.ts';
import { hasAgentEnded, isConnectionProblem } from '../machine/connectionProblems.ts';
import type { ReconnectDependencies } from '../machine/reconnectDependencies.ts';
import type { MachineReference } from '../machineReference.ts';

/** The number of tries after which a start without an answer is given up: a minute of waiting, or half a minute more. */
const START_TRIES = 12;

export interface StartOptions {
  readonly passphrase?: Uint8Array;
  /** The new passphrase, for passphrase-change. */
  readonly newPassphrase?: Uint8Array;
  /** The digest of the plan that was shown. */
  readonly digest?: string;
}

/**
 * Starts a verb and returns the operation's id. The id is chosen here, and the agent starts nothing for an id that it
 * knows: a start whose answer was lost with the connection is sent again, and runs once. When there is no connection at
 * first, or none for too long after that, rejects with `connection-lost` or `machine-unreachable`. An agent that ends before
 * it has said hello is another matter: nothing was sent, and the next one is joined. Once a request was sent, the error's
 * details name the `operation` that may have been started.
 */
export async function startOperation(
  dependencies: ReconnectDependencies,
  by: string,
  machine: MachineReference,
  request: VerbRequest,
  { passphrase, newPassphrase, digest }: StartOptions,
): Promise<{ operation: string }> {
  const operation = randomUUID();
  // Copies, since a caller that no longer waits overwrites its own, and a start may then be sent once more.
  const secrets = {
    ...(passphrase && { secret: copyOf(passphrase) }),
    ...(newPassphrase && { newSecret: copyOf(newPassphrase) }),
  };
  const params = {
    ...request,
    operation,
    by,
    ...(digest !== undefined && { digest }),
    ...secrets,
  };
  try {
    return await sendUntilAnswered(dependencies, machine, params);
  } finally {
    wipeSecrets(secrets);
  }
}

/** Sends a start, again after each connection that was lost, until it is answered or there were enough tries. */
async function sendUntilAnswered(
  { connections, pause, clock }: ReconnectDependencies,
  machine: MachineReference,
  params: Params<'operation.start'>,
): Promise<{ operation: string }> {
  const { operation } = params;
  let sent = false;
  for (let tries = 1; ; tries++) {
    try {
      const channel = await connections.control(machine);
      sent = true;
      const started = channel.request('operation.start', { ...params, now: clock.now() });
      // The log is followed next. Its connection is made now, while the operation begins, as both take a while.
      void connections.logs(machine).catch(() => undefined);
      return await started;
    } catch (error) {
      if (!isConnectionProblem(error) || (!sent && !hasAgentEnded(error))) throw error;
      if (tries === START_TRIES) {
        const details = { ...error.details, ...(sent && { operation }) };
        throw new AppError(error.code, details, { cause: error });
      }
      await pause.wait(pause.backOff(tries - 1));
    }
  }
}
