import { useEffect, useState } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** Changes that come together are asked for once. */
const SETTLE = 250;

interface Listed {
  readonly operations?: readonly OperationEntry[];
  /** Where lines of the history were put that cannot be read; it is told once, when they are found. */
  readonly keptAside?: string | undefined;
  readonly error?: WireError;
}

/** The operations of all machines; asked for again whenever a machine tells that one began or ended. */
export function useOperations(api: ApiClient): Listed {
  const [state, setState] = useState<Listed>({});
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const connections = new Map<string, string>();
    const ask = async (): Promise<void> => {
      timer = undefined;
      try {
        const { operations, keptAside } = await api.call('operation.list', { limit: 500 });
        if (!gone) setState((before) => ({ operations, keptAside: keptAside ?? before.keptAside }));
      } catch (error) {
        if (!gone) setState((before) => ({ ...before, error: toWire(error) }));
      }
    };
    void ask();
    const off = api.on('state.changed', ({ machines }) => {
      const news = machines.filter(({ machine, change }) => {
        const { state } = change.connection ?? {};
        // A connection is told at each look, for its latency: only one that comes or goes has operations to tell.
        const turned = state !== undefined && state !== connections.get(keyOf(machine));
        if (state !== undefined) connections.set(keyOf(machine), state);
        return turned || change.operations !== undefined;
      });
      if (news.length > 0) timer ??= setTimeout(() => void ask(), SETTLE);
    });
    return () => {
      gone = true;
      clearTimeout(timer);
      off();
    };
  }, [api]);
  return state;
}
