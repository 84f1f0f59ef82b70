import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { AppError, describeError } from '../../shared/errors.ts';
import { isValidName } from '../../shared/names.ts';
import { useText } from '../i18n/useText.ts';
import { goTo } from '../state/navigation.ts';
import { Field } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';
import { useAttempt } from '../ui/useAttempt.ts';
import { KeyField } from './KeyField.tsx';

/** Shows a form for the name and the key of a new context; then it leads to the context's first machine. */
export function NewContextDialog({
  api,
  onClose,
}: {
  readonly api: ApiClient;
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  const words = text.contexts;
  const [name, setName] = useState('');
  const [sshKey, setSshKey] = useState('');
  const { busy, error, run } = useAttempt();
  const wrong = name !== '' && !isValidName(name);
  const create = (): void =>
    run(
      () => api.call('contexts.create', { name, sshKey: sshKey.trim() }),
      () => {
        onClose();
        goTo({ screen: 'first-run' });
      },
    );
  return (
    <FormDialog
      title={words.create}
      action={words.createAction}
      ready={name !== '' && !wrong && sshKey.trim() !== '' && !busy}
      onClose={onClose}
      onConfirm={create}
    >
      <p className="text-muted">{words.help}</p>
      <Field
        label={words.name}
        mono
        autoFocus
        value={name}
        error={
          wrong ? Object.values(describeError(new AppError('bad-name', { name }), text)).join(' ') : undefined
        }
        onChange={({ target }) => setName(target.value)}
      />
      <KeyField api={api} value={sshKey} onChange={setSshKey} />
      {error !== undefined && <ErrorBlock error={error} />}
    </FormDialog>
  );
}
