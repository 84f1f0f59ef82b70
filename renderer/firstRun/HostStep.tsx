import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { draftProblems } from './flow.ts';
import type { HostDraft } from './flow.ts';
import { KeyField } from '../contexts/KeyField.tsx';
import { ImportList } from './ImportList.tsx';
import { StepPage } from './Rail.tsx';
import { changeRun, useRun } from './runStore.ts';
import type { Connect } from './useConnect.ts';

/** Shows the form for the machine: its host is chosen from ~/.ssh/config, or typed. */
export function HostStep({
  api,
  connect,
}: {
  readonly api: ApiClient;
  readonly connect: Connect;
}): ReactNode {
  const text = useText();
  const words = text.firstRun.host;
  const { draft, machine } = useRun();
  const contexts = useAppState((state) => state.contexts);
  const [tried, setTried] = useState(false);
  const owner = contexts?.contexts.find(({ name }) => name === draft.context && name === contexts.current);
  const problems = draftProblems(draft, contexts, text, machine);
  const shown = tried ? problems : {};
  const change = (next: Partial<HostDraft>): void => changeRun({ draft: { ...draft, ...next } });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length === 0) connect.test();
  };
  return (
    <StepPage
      title={owner === undefined ? words.title : fill(words.add, { context: owner.name })}
      about={words.help}
    >
      <ImportList
        api={api}
        ownKey={owner?.sshKey}
        onChoose={({ name, host, port, user, sshKey }) =>
          change({
            name,
            host,
            port: String(port),
            user,
            ...(sshKey !== undefined && owner === undefined && { sshKey }),
          })
        }
      />
      <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
        <HostFields api={api} draft={draft} problems={shown} owned={owner !== undefined} onChange={change} />
        {connect.error !== undefined && <ErrorBlock error={connect.error} />}
        <div className="flex items-center gap-4">
          <SandboxHint />
          <Button type="submit" look="primary" className="ml-auto" disabled={connect.busy}>
            {connect.busy ? fill(words.testing, { host: draft.host }) : words.test}
          </Button>
        </div>
      </form>
    </StepPage>
  );
}

/** Shows the fields of a machine's host, user and name, its key, context and datastore. */
function HostFields({
  api,
  draft,
  problems,
  owned,
  onChange,
}: {
  readonly api: ApiClient;
  readonly draft: HostDraft;
  readonly problems: ReturnType<typeof draftProblems>;
  /** True when the machine is added to the current context, whose name and key are then fixed. */
  readonly owned: boolean;
  readonly onChange: (next: Partial<HostDraft>) => void;
}): ReactNode {
  const words = useText().firstRun.host;
  const field = (name: Exclude<keyof HostDraft, 'sshKey'>) => ({
    value: draft[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
    error: problems[name],
  });
  return (
    <div className="grid grid-cols-6 gap-4">
      <Field className="col-span-4" label={words.host} mono autoFocus {...field('host')} />
      <Field className="col-span-2" label={words.port} mono inputMode="numeric" {...field('port')} />
      <Field className="col-span-3" label={words.user} help={words.userHelp} mono {...field('user')} />
      <Field className="col-span-3" label={words.name} help={words.nameHelp} mono {...field('name')} />
      <KeyField
        api={api}
        value={draft.sshKey}
        fixed={owned}
        error={problems.sshKey}
        onChange={(sshKey) => onChange({ sshKey })}
      />
      <Field
        className="col-span-3"
        label={words.context}
        help={words.contextHelp}
        mono
        disabled={owned}
        {...field('context')}
      />
      <Field
        className="col-span-3"
        label={words.datastore}
        help={words.datastoreHelp}
        mono
        {...field('datastore')}
      />
    </div>
  );
}

function SandboxHint(): ReactNode {
  const [before, after] = useText().firstRun.host.sandbox.split('{command}');
  return (
    <p className="max-w-xl text-sm text-muted">
      {before}
      <code className="font-mono">npm run sandbox -- up</code>
      {after}
    </p>
  );
}
