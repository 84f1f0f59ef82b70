import { useState } from 'react';
import type { SubmitEvent, ReactNode } from 'react';
import type { ApiClient, ApiParams } from '../../shared/api/api.ts';
import type { Prompt } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { showError } from '../commands/ErrorDialog.tsx';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Controls.tsx';
import { Dialog } from '../ui/Popups.tsx';

type Answer = Omit<ApiParams<'prompt.answer'>, 'prompt'>;

/** Shows the questions of the program, one after the other, above whatever is open: the program waits for answers. */
export function PromptHost({ api }: { readonly api: ApiClient }): ReactNode {
  const asked = useAppState(({ prompts }) => prompts[0]);
  if (asked === undefined) return null;
  const { prompt } = asked;
  const answer = (given: Answer): void =>
    void api.call('prompt.answer', { prompt, ...given }).catch(showError);
  if (asked.kind === 'sudo-password') return <SudoPassword key={prompt} asked={asked} onAnswer={answer} />;
  return <HostKey key={prompt} asked={asked} onAnswer={answer} />;
}

function SudoPassword({
  asked: { machine, user, again },
  onAnswer,
}: {
  readonly asked: Extract<Prompt, { kind: 'sudo-password' }>;
  readonly onAnswer: (answer: Answer) => void;
}): ReactNode {
  const { app, frame } = useText();
  const words = frame.prompts;
  const [password, setPassword] = useState('');
  const give = (): void => {
    if (password !== '') onAnswer({ password });
  };
  return (
    <Dialog
      title={fill(words.sudo, { machine: machine.name })}
      onClose={() => onAnswer({})}
      footer={
        <>
          <Button look="quiet" onClick={() => onAnswer({})}>
            {app.cancel}
          </Button>
          <Button look="primary" disabled={password === ''} onClick={give}>
            {words.give}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          give();
        }}
      >
        <Field
          label={fill(words.password, { user })}
          help={fill(words.sudoHelp, { user })}
          error={again ? words.sudoAgain : undefined}
          type="password"
          autoFocus
          value={password}
          onChange={({ target }) => setPassword(target.value)}
        />
      </form>
    </Dialog>
  );
}

function HostKey({
  asked: { host, keyType, fingerprint },
  onAnswer,
}: {
  readonly asked: Extract<Prompt, { kind: 'host-key' }>;
  readonly onAnswer: (answer: Answer) => void;
}): ReactNode {
  const { app, frame } = useText();
  const words = frame.prompts;
  return (
    <Dialog
      title={words.hostKey}
      onClose={() => onAnswer({ trust: false })}
      footer={
        <>
          <Button look="quiet" onClick={() => onAnswer({ trust: false })}>
            {app.cancel}
          </Button>
          <Button look="primary" onClick={() => onAnswer({ trust: true })}>
            {words.trust}
          </Button>
        </>
      }
    >
      <p className="rounded-md border border-line-strong bg-raised px-3 py-2 font-mono text-sm font-semibold [overflow-wrap:anywhere]">
        {keyType} {fingerprint}
      </p>
      <p className="text-muted">{fill(words.hostKeyHelp, { host })}</p>
    </Dialog>
  );
}
