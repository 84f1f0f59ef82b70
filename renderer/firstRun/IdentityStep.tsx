import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { StepLine, StepList } from '../ui/StepLine.tsx';
import { targetOf } from './flow.ts';
import type { FirstRun, MachineTest } from './flow.ts';
import { HostKeyLine } from './HostKeyLine.tsx';
import { StepPage } from './Rail.tsx';
import { changeRun } from './runStore.ts';
import type { Connect } from './useConnect.ts';

/** Shows the machine's host key, and whether the machine accepts the login. */
export function IdentityStep({
  run,
  tested,
  connect,
}: {
  readonly run: FirstRun;
  readonly tested: MachineTest;
  readonly connect: Connect;
}): ReactNode {
  const text = useText();
  const words = text.firstRun.identity;
  const { host, user } = targetOf(run.draft);
  const { hostKey, login } = tested;
  const about = { unknown: words.unknown, known: words.known, changed: words.changed };
  return (
    <StepPage title={fill(words.title, { host })} about={about[hostKey.status]}>
      <StepList label={text.firstRun.steps.identity}>
        <HostKeyLine hostKey={hostKey} />
        {hostKey.status !== 'changed' && (
          <LoginLine user={user} login={login} busy={connect.busy} known={hostKey.status === 'known'} />
        )}
      </StepList>
      {hostKey.status === 'changed' && <ErrorBlock error={hostKey.error} />}
      {login?.ok === false && <ErrorBlock error={login.error} />}
      {connect.error !== undefined && <ErrorBlock error={connect.error} />}
      <div className="flex items-center gap-2">
        <Button look="quiet" onClick={() => changeRun({ step: 'host' })}>
          {text.app.back}
        </Button>
        <Forward tested={tested} run={run} connect={connect} />
      </div>
    </StepPage>
  );
}

/** Shows the button that comes next: trust the key, try again, or go on to the machine. */
function Forward({
  tested: { hostKey, login },
  run,
  connect,
}: {
  readonly tested: MachineTest;
  readonly run: FirstRun;
  readonly connect: Connect;
}): ReactNode {
  const text = useText();
  const words = text.firstRun.identity;
  if (hostKey.status === 'unknown') {
    return (
      <Button
        look="primary"
        className="ml-auto"
        disabled={connect.busy}
        onClick={() => connect.trust(hostKey.fingerprint)}
      >
        {words.trust}
      </Button>
    );
  }
  if (login?.ok === true && run.machine !== undefined) {
    return (
      <Button look="primary" className="ml-auto" onClick={() => changeRun({ step: 'machine' })}>
        {words.next}
      </Button>
    );
  }
  return (
    <Button className="ml-auto" disabled={connect.busy} onClick={connect.test}>
      {text.app.retry}
    </Button>
  );
}

function LoginLine({
  user,
  login,
  busy,
  known,
}: {
  readonly user: string;
  readonly login: MachineTest['login'];
  readonly busy: boolean;
  readonly known: boolean;
}): ReactNode {
  const words = useText().firstRun.identity;
  const { duration } = useFormats();
  if (login === undefined || busy) {
    return (
      <StepLine
        tone={busy ? 'busy' : 'idle'}
        label={words.login}
        detail={busy || known ? user : words.loginWaiting}
      />
    );
  }
  return login.ok ? (
    <StepLine
      tone="ok"
      label={words.login}
      detail={fill(words.loginOk, { user, time: duration(login.milliseconds) })}
    />
  ) : (
    <StepLine tone="fail" label={words.login} detail={fill(words.loginRefused, { user })} />
  );
}
