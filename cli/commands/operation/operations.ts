import type { MachineReference } from '../../../electron/engine/engine.ts';
import { describeError, fill, fromWire } from '../../../shared/errors.ts';
import type { OperationSummary, UnreadableOperation } from '../../../shared/model.ts';
import type { Text } from '../../../shared/text/text.ts';
import { exitOfVerdict } from '../../../shared/verdict.ts';
import type { Answer, Call } from '../../call.ts';
import { printOperationLive } from '../../output/follow.ts';
import { spanText } from '../../output/timeText.ts';
import { createLeave } from '../../input/interrupt.ts';
import { plain } from '../../../shared/plain.ts';
import { fields, table } from '../../terminal/table.ts';
import { verdictLines } from '../../output/verdictLines.ts';

/** Lists the operations that a machine knows: `op list [-m M]`. */
export async function printOperations(call: Call, machineName: string | undefined): Promise<Answer> {
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const operations = await engine.request(machine, 'operation.list', { unreadable: true });
  const { columns, nothing, clockDoubted } = call.text.cli;
  const heads = [columns.id, columns.verb, columns.repository, columns.state, columns.age, columns.by];
  const rows = operations.map((operation) => rowOf(operation, call));
  const doubted = operations.some((one) => one.state !== 'unreadable' && one.clock !== undefined);
  const lines = [
    ...(rows.length === 0 ? [nothing] : table(heads, rows)),
    ...(doubted ? [clockDoubted] : []),
    ...operations.flatMap((one) => (one.state === 'unreadable' ? unreadableLines(one, call.text) : [])),
  ];
  return { document: operations, lines };
}

/** Returns an operation's cells. An age of which the machine's clock was not right has a question mark. */
function rowOf(operation: OperationSummary | UnreadableOperation, { text, dependencies }: Call): string[] {
  const age = (startedAt: number): string => spanText((dependencies.now() - startedAt) / 1000, text);
  if (operation.state === 'unreadable') {
    const { id, verb = '?', repository, startedAt, by = '?' } = operation;
    const since = startedAt === undefined ? '?' : age(startedAt);
    return [id, verb, repository?.name ?? '?', text.cli.unreadable, since, by];
  }
  const { id, verb, repository, state, startedAt, clock } = operation;
  const since = clock === undefined ? age(startedAt) : `${age(startedAt)} ?`;
  return [id, verb, repository.name, text.verdicts[state], since, starterOf(operation, text)];
}

/** Returns why a log cannot be read, and what to do. */
function unreadableLines({ error }: UnreadableOperation, text: Text): string[] {
  const { message, next } = describeError(fromWire(error), text);
  return [`! ${plain(message)}`, `  → ${plain(next)}`];
}

/** Names who started an operation: a person, or the machine as it booted or shut down. */
function starterOf({ origin, by }: OperationSummary, { cli }: Text): string {
  return origin === 'person' ? by : cli.origins[origin];
}

/** Shows one operation with its verdict: `op show ID [-m M]`. */
export async function printOperation(
  call: Call,
  id: string,
  machineName: string | undefined,
): Promise<Answer> {
  const machine = await machineOf(call, id, machineName);
  const operation = await (await call.remote()).engine.request(machine, 'operation.show', { operation: id });
  const { text, paint } = call;
  const { fields: names } = text.cli;
  const time = (at: number | undefined): string | undefined =>
    at === undefined ? at : new Date(at).toISOString();
  return {
    document: operation,
    lines: [
      ...fields([
        [names.id, operation.id],
        [names.verb, operation.verb],
        [names.repository, `${operation.repository.name} (${operation.repository.guid})`],
        [names.state, text.verdicts[operation.state]],
        [names.by, starterOf(operation, text)],
        [names.started, time(operation.startedAt)],
        [names.ended, time(operation.endedAt)],
      ]),
      ...(operation.clock === undefined ? [] : [text.clockDoubts[operation.clock]]),
      ...(operation.verdict ? verdictLines(operation.verdict, { text, paint }) : []),
    ],
  };
}

/** Shows an operation's log until its verdict: `op follow ID [-m M]`. Ctrl-C leaves; the operation goes on. */
export async function follow(call: Call, id: string, machineName: string | undefined): Promise<Answer> {
  const machine = await machineOf(call, id, machineName);
  const stop = createLeave(call);
  try {
    const verdict = await printOperationLive(call, machine, id, stop);
    return {
      document: { operation: id, machine: machine.machine.name, verdict },
      exit: exitOfVerdict(verdict),
    };
  } finally {
    stop.release();
  }
}

/** Asks for an operation to be cancelled: `op cancel ID [-m M]`. */
export async function cancel(call: Call, id: string, machineName: string | undefined): Promise<Answer> {
  const machine = await machineOf(call, id, machineName);
  const { ended } = await (await call.remote()).engine.cancel(machine, id);
  const { cancelAsked, cancelEnded } = call.text.cli;
  return { document: { operation: id, ended }, lines: [fill(ended ? cancelEnded : cancelAsked, { id })] };
}

/**
 * Finds the machine of an operation: the named one; else the one that this computer's history has for the operation;
 * else the only machine of the context.
 */
async function machineOf(call: Call, id: string, machineName: string | undefined): Promise<MachineReference> {
  if (machineName === undefined) {
    const { entries } = await (await call.remote()).engine.history.list({});
    const entry = entries.find((known) => known.id === id);
    if (entry) return (await call.contexts()).resolve(entry.machine, entry.context);
  }
  return call.machine(machineName);
}
