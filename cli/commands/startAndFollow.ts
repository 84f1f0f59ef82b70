import type { MachineReference } from '../../electron/engine/engine.ts';
import { abortable } from '../../electron/engine/agent/readStream.ts';
import { AppError, fill } from '../../shared/errors.ts';
import type { VerbRequest } from '../../shared/verbs.ts';
import { exitOfVerdict } from '../../shared/verdict.ts';
import type { Answer, Call } from '../call.ts';
import { createStop } from '../input/interrupt.ts';
import { printOperationLive } from '../output/follow.ts';

/**
 * Starts a verb, follows its operation to the verdict, and wipes the passphrases. Ctrl-C cancels, also while the verb
 * is still being started. Throws `start-left` or `operation-left` when a second Ctrl-C leaves.
 */
export async function startAndFollow(
  call: Call,
  machine: MachineReference,
  request: VerbRequest,
  passphrase?: Uint8Array,
  newPassphrase?: Uint8Array,
): Promise<Answer> {
  const { verb, repository } = request;
  const { cancelling, cancellingStart } = call.text.cli;
  let operation: string | undefined;
  const stop = createStop(call, () =>
    operation === undefined ? cancellingStart : fill(cancelling, { id: operation }),
  );
  try {
    const secrets = { ...(passphrase && { passphrase }), ...(newPassphrase && { newPassphrase }) };
    operation = await startOperation(call, machine, request, secrets, stop.leave);
    const verdict = await printOperationLive(call, machine, operation, stop);
    return {
      document: { operation, machine: machine.machine.name, repository, verb, verdict },
      exit: exitOfVerdict(verdict),
    };
  } finally {
    stop.release();
  }
}

/** Starts the verb and resolves with the operation's id. Throws `start-left` when the person does not wait for it. */
async function startOperation(
  call: Call,
  machine: MachineReference,
  request: VerbRequest,
  secrets: { passphrase?: Uint8Array; newPassphrase?: Uint8Array },
  leave: AbortSignal,
): Promise<string> {
  try {
    const { engine } = await call.remote();
    const { operation } = await abortable(leave, engine.start(machine, request, secrets));
    return operation;
  } catch (error) {
    if (!leave.aborted) throw error;
    throw new AppError('start-left', { verb: request.verb, name: request.repository });
  } finally {
    secrets.passphrase?.fill(0);
    secrets.newPassphrase?.fill(0);
  }
}
