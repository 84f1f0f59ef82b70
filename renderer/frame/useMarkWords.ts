import type { MachineState } from '../../shared/api/apiModel.ts';
import { assertNever, fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { countTrouble, machineCondition, serviceCount } from '../status/condition.ts';

/**
 * Returns the functions that make the words beside the name of a machine and of a repository, in the window's language.
 * `now` is the time against which ages are counted.
 */
export function useMarkWords(): {
  readonly machine: (machine: MachineState, now: number) => string;
  readonly repository: (repository: Repository) => string;
} {
  const text = useText();
  const { number, age, plural } = useFormats();
  const { marks } = text.frame;
  return {
    machine: (machine, now) => {
      const condition = machineCondition(machine);
      const { latency } = machine.connection;
      switch (condition) {
        case 'healthy':
          return latency === undefined ? '' : `${number(latency)}\u00a0ms`;
        case 'failed':
        case 'degraded': {
          const count = countTrouble(machine.repositories ?? [])[condition];
          return fill(marks[condition][plural(count)], { count: number(count) });
        }
        case 'offline':
          return machine.lastSeen === undefined ? marks.never : age(Math.max(0, now - machine.lastSeen));
        case 'connecting':
        case 'refused':
        case 'not-set-up':
        case 'setting-up':
          return marks[condition];
        default:
          return assertNever(condition);
      }
    },
    repository: (repository) => {
      const { state, operation, lastOperation } = repository;
      if (operation !== undefined) return `${wordFor(text.app.verbs, operation.verb)}…`;
      if (state === 'failed') {
        const step = lastOperation?.verdict?.failures[0]?.step;
        return step?.kind === 'function' ? step.function : '';
      }
      const count = serviceCount(repository);
      const counted = state === 'running' || state === 'degraded';
      return counted && count !== undefined && count.total > 0 ? `${count.running}/${count.total}` : '';
    },
  };
}
