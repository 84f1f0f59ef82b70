import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { newestFirst } from '../../shared/operationOrder.ts';
import type { Text } from '../../shared/text/text.ts';
import { wordFor } from '../../shared/newerNames.ts';

/** An operation that ended, with its machine. */
export interface OperationNews {
  readonly machine: MachineKey;
  readonly operation: OperationSummary;
}

type Machines = readonly Pick<MachineState, 'machine' | 'operations'>[];

/**
 * Returns the operations that ended between two states of the machines: those that were running, and those that began
 * after all known ones and have ended already. The operations that a machine reports first are its past, and no news.
 */
export function endedBetween(before: Machines, after: Machines): OperationNews[] {
  return after.flatMap(({ machine: { context, name }, operations = [] }) => {
    const earlier = before.find(({ machine }) => machine.context === context && machine.name === name);
    const known = earlier?.operations;
    if (!known) return [];
    const running = new Set(known.filter(({ state }) => state === 'running').map(({ id }) => id));
    const newest = [...known].sort(newestFirst)[0];
    const isNew = (one: OperationSummary): boolean => newest === undefined || newestFirst(one, newest) < 0;
    return operations
      .filter((one) => one.state !== 'running' && (running.has(one.id) || isNew(one)))
      .map((operation) => ({ machine: { context, name }, operation }));
  });
}

/** Returns the title and the body of the system's notification. */
export function newsText({ machine, operation }: OperationNews, text: Text): { title: string; body: string } {
  const { verb, repository, state } = operation;
  const words = text.shell.notification;
  return {
    title: fill(words.title, { verdict: text.app.verdicts[state], repository: repository.name }),
    body: fill(words.body, { verb: wordFor(text.app.verbs, verb), machine: machine.name }),
  };
}
