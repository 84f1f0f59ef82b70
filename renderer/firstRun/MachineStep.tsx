import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient, LogSource } from '../../shared/api/api.ts';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { LogPane } from '../logs/LogPane.tsx';
import type { LogSessions } from '../logs/sessions.ts';
import { useLog } from '../logs/useLog.ts';
import { useAppState } from '../state/appState.ts';
import { SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { useAttempt } from '../ui/useAttempt.ts';
import { CheckList } from './CheckList.tsx';
import { isReady } from './checkGroups.ts';
import type { MachineTest } from './flow.ts';
import { StepPage } from './Rail.tsx';
import { changeRun } from './runStore.ts';
import { useCheck } from './useCheck.ts';

interface MachineStepProps {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
  readonly machine: MachineKey;
  readonly state: MachineState | undefined;
  readonly tested: MachineTest | undefined;
  /** True when the machine was found ready before, and the person came back to look. */
  readonly ready: boolean;
}

/** Shows what the machine has and what is missing; its button sets the machine up, with a live log. */
export function MachineStep(props: MachineStepProps): ReactNode {
  const { api, sessions, machine, state, tested, ready: knownReady } = props;
  const text = useText();
  const words = text.firstRun.machine;
  const setup = state?.setup;
  const { checks, error, look } = useCheck(api, machine, setup);
  const { error: refused, run } = useAttempt();
  /** The number of set-ups begun here: each has a log of its own. */
  const [attempt, setAttempt] = useState(0);
  const running = setup?.state === 'running';
  const ready = !running && checks !== undefined && isReady(checks);
  // A machine that was found ready needs no reading; what was just set up does, and so does a second look.
  useArrival(ready, knownReady || setup !== undefined);
  const setUp = (): void =>
    run(
      () => api.call('machine.setup', { machine }),
      () => setAttempt((before) => before + 1),
    );
  const problem = refused ?? setup?.error ?? (running ? undefined : error);
  const { name } = machine;

  return (
    <StepPage
      title={fill(ready ? words.readyTitle : words.title, { name })}
      about={<About checks={checks} ready={ready} running={running} />}
    >
      {checks === undefined ? (
        error === undefined && (
          <div className="overflow-hidden rounded-lg border bg-panel">
            <SkeletonRows rows={7} label={words.looking} />
          </div>
        )
      ) : (
        <CheckList checks={checks} setup={setup} tested={tested} user={state?.machine.user ?? ''} />
      )}
      {problem !== undefined && <ErrorBlock error={problem} />}
      {setup !== undefined && <SetupLog key={attempt} sessions={sessions} machine={machine} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button look="quiet" onClick={() => changeRun({ step: tested === undefined ? 'host' : 'identity' })}>
          {text.app.back}
        </Button>
        <CopyButton
          look="quiet"
          label={words.copy}
          value={`rdc context setup-machine ${name} --context ${machine.context}`}
        />
        <Forward ready={ready} setup={setup} checked={checks !== undefined} onLook={look} onSetUp={setUp} />
      </div>
    </StepPage>
  );
}

/** Notes that the run's machine is ready once it is, and goes on to the repository unless the step `stays`. */
function useArrival(ready: boolean, stays: boolean): void {
  const arrive = useEffectEvent(() => {
    changeRun({ ready: true });
    if (!stays) changeRun({ step: 'repository' });
  });
  useEffect(() => {
    if (ready) arrive();
  }, [ready]);
}

/** Shows the buttons that come next: look again and set up or, for a machine that is ready, go on. */
function Forward({
  ready,
  setup,
  checked,
  onLook,
  onSetUp,
}: {
  readonly ready: boolean;
  readonly setup: MachineState['setup'];
  /** True once the machine has been checked. */
  readonly checked: boolean;
  readonly onLook: () => void;
  readonly onSetUp: () => void;
}): ReactNode {
  const words = useText().firstRun.machine;
  const running = setup?.state === 'running';
  return (
    <div className="ml-auto flex gap-2">
      {!running && !ready && (
        <Button look="quiet" onClick={onLook}>
          {words.look}
        </Button>
      )}
      {ready ? (
        <Button look="primary" onClick={() => changeRun({ step: 'repository' })}>
          {words.next}
        </Button>
      ) : (
        <Button look="primary" disabled={running || !checked} onClick={onSetUp}>
          {setup?.state === 'failed' ? words.again : words.setUp}
        </Button>
      )}
    </div>
  );
}

function About({
  checks,
  ready,
  running,
}: {
  readonly checks: ReturnType<typeof useCheck>['checks'];
  readonly ready: boolean;
  readonly running: boolean;
}): ReactNode {
  const words = useText().firstRun.machine;
  const { plural } = useFormats();
  if (checks === undefined) return words.looking;
  if (ready) return words.ready;
  const count = checks.filter(({ state }) => state !== 'present').length;
  const sentence = fill(words.missing[plural(count)], { count, promise: words.promise });
  return running ? `${sentence} ${words.running}` : sentence;
}

/** Shows what the set-up writes, as it comes. */
function SetupLog({
  sessions,
  machine: { context, name },
}: {
  readonly sessions: LogSessions;
  readonly machine: MachineKey;
}): ReactNode {
  const text = useText();
  const screenReader = useAppState(({ settings }) => settings?.screenReader ?? false);
  const source = useMemo((): LogSource => ({ kind: 'setup', machine: { context, name } }), [context, name]);
  const session = useLog(sessions, source);
  if (session === undefined) return null;
  const title = fill(text.firstRun.machine.log, { name });
  return (
    <div className="h-[190px] overflow-hidden rounded-lg border">
      <LogPane
        pane={{ id: `setup ${context} ${name}`, title, source }}
        session={session}
        screenReader={screenReader}
      />
    </div>
  );
}
