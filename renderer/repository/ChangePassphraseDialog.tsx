import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { useText } from '../i18n/useText.ts';
import { Field } from '../ui/Controls.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';

/** The passphrase that opens a volume now, and the one that shall open it. */
interface PassphraseChange {
  readonly passphrase: string;
  readonly newPassphrase: string;
}

/** Asks for a repository's passphrase, and twice for its new one. */
export function ChangePassphraseDialog({
  machine,
  repository: { name },
  onClose,
  onConfirm,
}: {
  readonly machine: MachineKey;
  readonly repository: Pick<Repository, 'name'>;
  readonly onClose: () => void;
  readonly onConfirm: (change: PassphraseChange) => void;
}): ReactNode {
  const text = useText();
  const words = text.manage;
  const [typed, setTyped] = useState({ passphrase: '', newPassphrase: '', repeat: '' });
  const { repeat, ...change } = typed;
  const field = (part: keyof typeof typed) => ({
    type: 'password' as const,
    value: typed[part],
    onChange: ({ target }: { target: { value: string } }) => setTyped({ ...typed, [part]: target.value }),
  });
  const different = repeat !== '' && repeat !== change.newPassphrase;
  return (
    <FormDialog
      title={fill(words.passphraseTitle, { name, machine: machine.name })}
      action={words.passphraseAction}
      ready={change.passphrase !== '' && change.newPassphrase !== '' && repeat === change.newPassphrase}
      onClose={onClose}
      onConfirm={() => onConfirm(change)}
    >
      <p className="text-muted">{words.passphraseHelp}</p>
      <Field label={fill(text.panes.autostart.passphrase, { name })} autoFocus {...field('passphrase')} />
      <Field label={words.newPassphrase} {...field('newPassphrase')} autoComplete="new-password" />
      <Field
        label={text.creation.repeat}
        error={different ? text.creation.different : undefined}
        {...field('repeat')}
        autoComplete="new-password"
      />
    </FormDialog>
  );
}
