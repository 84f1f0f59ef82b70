import { useEffect, useEffectEvent } from 'react';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { adoptCreation, useCreation } from '../repository/create/creations.ts';
import type { Creation } from '../repository/create/creations.ts';
import { useAppState } from '../state/appState.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { newRun, resumedRun } from './flow.ts';
import type { FirstRun } from './flow.ts';
import { beginRun, useRun } from './runStore.ts';

/** The facts that the program and this window know of a run. */
export interface RunFacts {
  readonly state: MachineState | undefined;
  readonly setup: MachineState['setup'];
  readonly creation: Creation | undefined;
}

function useMachineOf(machine: MachineKey | undefined): MachineState | undefined {
  return useAppState(({ machines }) => machines.find((one) => isSame(one.machine, machine)));
}

function isSame(a: MachineKey, b: MachineKey | undefined): boolean {
  return a.context === b?.context && a.name === b.name;
}

/** Returns the run's machine as the program reports it, and the creation of the repository that is made on it. */
export function useRunFacts({ machine, repository }: FirstRun): RunFacts {
  const state = useMachineOf(machine);
  return { state, setup: state?.setup, creation: useCreation(machine, repository) };
}

/**
 * Begins the run where the person wants to: at the wanted machine, from the step that it has reached, or anew. What was
 * typed of a machine that is in no context yet stays.
 */
export function useBeginning(wanted: MachineKey | undefined): void {
  const found = useMachineOf(wanted);
  const sshKey = useAppState(
    ({ contexts }) => contexts?.contexts.find(({ name }) => name === wanted?.context)?.sshKey,
  );
  const contexts = useAppState((state) => state.contexts);
  const known = contexts !== undefined;
  const begin = useEffectEvent(() => {
    const run = useRun.getState();
    if (wanted !== undefined) {
      if (found !== undefined && !(run.machine && isSame(wanted, run.machine)))
        beginRun(resumedRun(found, sshKey ?? ''));
      return;
    }
    const untouched = run.draft.host === '' && run.draft.name === '';
    if (run.machine !== undefined || untouched) beginRun(newRun(contexts));
  });
  const present = found !== undefined;
  const place = wanted === undefined ? '' : `${wanted.context}/${wanted.name}`;
  useEffect(() => begin(), [place, present, known]);
}

/** Takes up the creation of a repository that an earlier window began. */
export function useAdoption(
  dependencies: ScreenProps,
  { machine, repository, step }: FirstRun,
  { state, creation }: RunFacts,
): void {
  const unknown = step === 'up' && creation === undefined;
  const adopt = useEffectEvent(() => {
    if (machine === undefined || repository === undefined) return;
    const creating = state?.operations?.find(
      (one) => one.verb === 'create' && one.state === 'running' && one.repository.name === repository,
    );
    adoptCreation(dependencies, machine, repository, creating?.id);
  });
  useEffect(() => {
    if (unknown) adopt();
  }, [unknown]);
}
