import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { AppError, describeError, fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Field } from '../ui/Controls.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';
import { sizeOf } from './create/form.ts';

/** Asks how large a volume shall be, and for its passphrase where no key opens it. */
export function GrowDialog({
  machine,
  repository: { name, size: current, autostart },
  onClose,
  onConfirm,
}: {
  readonly machine: MachineKey;
  readonly repository: Pick<Repository, 'name' | 'size' | 'autostart'>;
  readonly onClose: () => void;
  /** Called with the size in bytes, and with the passphrase where one is needed. */
  readonly onConfirm: (size: number, passphrase: string | undefined) => void;
}): ReactNode {
  const text = useText();
  const words = text.manage;
  const { size } = useFormats();
  const [typed, setTyped] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const byKey = autostart.enabled;
  const bytes = sizeOf(typed);
  const { message, next } = describeError(new AppError('bad-size', { size: typed }), text);
  const unread = typed !== '' && bytes === undefined ? `${message} ${next}` : undefined;
  const small =
    bytes !== undefined && bytes <= current ? fill(words.notLarger, { size: size(current) }) : undefined;
  const problem = unread ?? small;
  const secret = byKey ? undefined : passphrase;
  return (
    <FormDialog
      title={fill(words.growTitle, { name, machine: machine.name })}
      action={words.grow}
      ready={bytes !== undefined && problem === undefined && secret !== ''}
      onClose={onClose}
      onConfirm={() => bytes !== undefined && onConfirm(bytes, secret)}
    >
      <p className="text-muted">{fill(words.sizeAbout, { size: size(current) })}</p>
      <Field
        label={words.newSize}
        help={text.creation.sizeHelp}
        mono
        autoFocus
        value={typed}
        error={problem}
        onChange={({ target }) => setTyped(target.value)}
      />
      {byKey ? (
        <p className="text-muted">{words.growByKey}</p>
      ) : (
        <Field
          label={fill(text.panes.autostart.passphrase, { name })}
          help={text.panes.confirm.passphraseHelp}
          type="password"
          value={passphrase}
          onChange={({ target }) => setPassphrase(target.value)}
        />
      )}
    </FormDialog>
  );
}
