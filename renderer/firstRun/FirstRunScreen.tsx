import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { useText } from '../i18n/useText.ts';
import { SkeletonRows } from '../ui/Blocks.tsx';
import type { ScreenProps } from '../screens/screenProps.ts';
import { stepTones } from './flow.ts';
import type { FirstRun } from './flow.ts';
import { HostStep } from './HostStep.tsx';
import { IdentityStep } from './IdentityStep.tsx';
import { MachineStep } from './MachineStep.tsx';
import { Rail } from './Rail.tsx';
import { RepositoryStep } from './RepositoryStep.tsx';
import { useRun } from './runStore.ts';
import { UpStep } from './UpStep.tsx';
import { useAdoption, useBeginning, useRunFacts } from './useBeginning.ts';
import type { RunFacts } from './useBeginning.ts';
import { useConnect } from './useConnect.ts';
import { useRailDetails } from './useRailDetails.ts';

/**
 * Shows the way from nothing to a running repository. A `machine` that is in a context already goes on from the step
 * that it has reached.
 */
export function FirstRunScreen({
  machine,
  ...props
}: ScreenProps & { readonly machine?: MachineKey | undefined }): ReactNode {
  useBeginning(machine);
  const run = useRun();
  const facts = useRunFacts(run);
  useAdoption(props, run, facts);
  return (
    <div className="mx-auto grid w-full max-w-[1080px] grid-cols-[minmax(150px,250px)_minmax(0,1fr)] items-start gap-8">
      <Rail current={run.step} tones={stepTones(run, facts)} details={useRailDetails(run)} />
      <CurrentStep {...props} run={run} facts={facts} />
    </div>
  );
}

function CurrentStep({
  api,
  sessions,
  run,
  facts: { state, creation },
}: ScreenProps & { readonly run: FirstRun; readonly facts: RunFacts }): ReactNode {
  const text = useText();
  const connect = useConnect(api);
  const { step, tested, machine, ready } = run;
  if (step === 'identity' && tested !== undefined) {
    return <IdentityStep run={run} tested={tested} connect={connect} />;
  }
  if (step === 'host' || step === 'identity' || machine === undefined) {
    return <HostStep api={api} connect={connect} />;
  }
  // The context has the machine already; the program reports it in a moment.
  if (state === undefined) return <SkeletonRows rows={7} label={text.app.loading} />;
  if (step === 'machine') {
    return (
      <MachineStep
        api={api}
        sessions={sessions}
        machine={machine}
        state={state}
        tested={tested}
        ready={ready}
      />
    );
  }
  if (step === 'up' && creation !== undefined) {
    return <UpStep api={api} sessions={sessions} creation={creation} state={state} />;
  }
  return <RepositoryStep api={api} sessions={sessions} state={state} />;
}
