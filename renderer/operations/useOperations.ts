import { useEffect, useState } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** How long a change waits for others, so that the list is asked for once. */
const SETTLE_MILLISECONDS = 250;

interface Listed {
  readonly operations?: readonly OperationEntry[];
  readonly unreadable?: ApiResult<'operation.list'>['unreadable'];
  /** The file with the lines of the history that cannot be read; the program tells it once, when it finds them. */
  readonly keptAside?: string | undefined;
  readonly error?: WireError;
}

/** Returns the operations of all machines; they are asked for again when a machine tells that one began or ended. */
export function useOperations(api: ApiClient): Listed {
  const [state, setState] = useState<Listed>({});
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const connections = new Map<string, string>();
    const ask = async (): Promise<void> => {
      timer = undefined;
      try {
        const listed = await api.call('operation.list', { limit: 500 });
        const { operations, unreadable, keptAside } = listed;
        if (!gone)
          setState((before) => ({ operations, unreadable, keptAside: keptAside ?? before.keptAside }));
      } catch (error) {
        if (!gone) setState((before) => ({ ...before, error: toWire(error) }));
      }
    };
    void ask();
    const off = api.on('state.changed', ({ machines }) => {
      const news = machines.filter(({ machine, change }) => {
        const { state } = change.connection ?? {};
        // A machine's connection is told each time that its latency is measured; only when it comes or goes can the
        // machine's operations be others.
        const turned = state !== undefined && state !== connections.get(keyOf(machine));
        if (state !== undefined) connections.set(keyOf(machine), state);
        return turned || change.operations !== undefined || change.unreadable !== undefined;
      });
      if (news.length > 0) timer ??= setTimeout(() => void ask(), SETTLE_MILLISECONDS);
    });
    return () => {
      gone = true;
      clearTimeout(timer);
      off();
    };
  }, [api]);
  return state;
}
