import { useEffect, useState } from 'react';
import type { ApiClient } from '../../shared/api.ts';
import type { OperationEntry } from '../../shared/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** Changes that come together are asked for once. */
const SETTLE = 250;

/** The operations of all machines; asked for again whenever a machine tells that one began or ended. */
export function useOperations(api: ApiClient): {
  readonly operations?: readonly OperationEntry[];
  readonly error?: WireError;
} {
  const [state, setState] = useState<{ operations?: readonly OperationEntry[]; error?: WireError }>({});
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const ask = async (): Promise<void> => {
      timer = undefined;
      try {
        const { operations } = await api.call('operation.list', { limit: 500 });
        if (!gone) setState({ operations });
      } catch (error) {
        if (!gone) setState((before) => ({ ...before, error: toWire(error) }));
      }
    };
    void ask();
    const off = api.on('state.changed', ({ machines }) => {
      if (machines.some(({ change }) => change.operations !== undefined || change.connection !== undefined))
        timer ??= setTimeout(() => void ask(), SETTLE);
    });
    return () => {
      gone = true;
      clearTimeout(timer);
      off();
    };
  }, [api]);
  return state;
}
