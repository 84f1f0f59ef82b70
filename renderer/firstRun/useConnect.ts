import { useState } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { targetOf } from './flow.ts';
import type { HostDraft } from './flow.ts';
import { changeRun, useRun } from './runStore.ts';

/** The steps that lead into a machine: its host key, the login, and then its place in a context. */
export interface Connect {
  readonly busy: boolean;
  readonly error: WireError | undefined;
  /** Asks the machine for its key and, when that key is trusted, logs in. */
  readonly test: () => void;
  /** Trusts the key that was shown, then logs in. */
  readonly trust: (fingerprint: string) => void;
}

/** Tests the machine that the run's draft describes. A machine that accepts the login is kept in its context. */
export function useConnect(api: ApiClient): Connect {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError>();
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (reason) {
      setError(toWire(reason));
    }
    setBusy(false);
  };
  const test = async (): Promise<void> => {
    const { draft, machine } = useRun.getState();
    const tested = await api.call('machine.test', { target: targetOf(draft) });
    changeRun({ tested, step: 'identity' });
    if (tested.login?.ok !== true) return;
    const kept = await keepMachine(api, draft, machine);
    changeRun({ machine: kept, step: 'machine' });
    goTo({ screen: 'first-run', machine: kept });
  };
  return {
    busy,
    error,
    test: () => void attempt(test),
    trust: (fingerprint) =>
      void attempt(async () => {
        await api.call('machine.trust', { target: targetOf(useRun.getState().draft), fingerprint });
        await test();
      }),
  };
}

/**
 * Adds the machine to its context, and makes the context where there is none. `before` is the machine that this run had
 * added earlier; it is replaced when the draft has changed since, unless the draft has another context now: what a
 * person keeps in that other context is not forgotten.
 */
async function keepMachine(
  api: ApiClient,
  draft: HostDraft,
  before: MachineKey | undefined,
): Promise<MachineKey> {
  const { host, port, user, sshKey } = targetOf(draft);
  const { context, name, datastore } = draft;
  const known = useAppState.getState().contexts?.contexts ?? [];
  const owner = known.find((one) => one.name === context);
  const wanted = { name, host, port, user, datastore };
  const kept = owner?.machines.find((one) => one.name === before?.name);
  if (kept !== undefined && before?.context === context) {
    if (JSON.stringify(pick(kept)) === JSON.stringify(wanted)) return before;
    await api.call('contexts.removeMachine', { machine: before });
  }
  if (owner === undefined) await api.call('contexts.create', { name: context, sshKey });
  await api.call('contexts.addMachine', { context, ...wanted });
  return { context, name };
}

/** Returns the fields that a person types, in a fixed order, so that two machines can be compared as JSON. */
function pick(machine: Record<'name' | 'host' | 'user' | 'datastore', string> & { port: number }): object {
  const { name, host, port, user, datastore } = machine;
  return { name, host, port, user, datastore };
}
