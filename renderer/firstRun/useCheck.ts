import { useEffect, useState } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineCheck, MachineKey, SetupState } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** The checks of a machine, or why the machine could not be checked. */
interface Check {
  readonly checks?: readonly MachineCheck[];
  readonly error?: WireError;
  readonly look: () => void;
}

/** Checks a machine now, again when a set-up has ended, and whenever `look` is called. */
export function useCheck(
  api: ApiClient,
  { context, name }: MachineKey,
  setup: SetupState | undefined,
): Check {
  const [found, setFound] = useState<Omit<Check, 'look'>>({});
  const [turn, setTurn] = useState(0);
  // While a set-up runs, its steps tell more than a check in between would.
  const settled = setup?.state === 'running' ? 'running' : (setup?.state ?? 'none');
  const left = setup?.state === 'succeeded' ? setup.checks : undefined;
  useEffect(() => {
    let gone = false;
    const look = async (): Promise<void> => {
      try {
        const checks = await api.call('machine.check', { machine: { context, name } });
        if (!gone) setFound({ checks });
      } catch (error) {
        if (!gone) setFound((before) => ({ ...before, error: toWire(error) }));
      }
    };
    if (settled !== 'succeeded') void look();
    return () => {
      gone = true;
    };
  }, [api, context, name, settled, turn]);
  const look = (): void => {
    setFound({});
    setTurn(turn + 1);
  };
  return { ...found, ...(left !== undefined && { checks: left }), look };
}
