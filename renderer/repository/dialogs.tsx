import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { Checkbox, Field } from '../ui/Controls.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';
import { useKeychain } from './useKeychain.ts';

interface Question {
  readonly name: string;
  readonly machine: string;
  readonly onClose: () => void;
}

/**
 * Asks for a passphrase. Where there is a `warning`, giving the passphrase agrees to what the warning says; a `note`
 * says why it is asked for. With an `api`, this computer's keychain may be asked to remember the passphrase.
 */
export function PassphraseDialog({
  name,
  api,
  title,
  warning,
  note,
  action,
  onClose,
  onConfirm,
}: Question & {
  readonly api?: ApiClient;
  readonly title: string;
  readonly warning?: string;
  readonly note?: string;
  readonly action: string;
  readonly onConfirm: (secret: { passphrase: string; remember: boolean }) => void;
}): ReactNode {
  const { confirm, autostart } = useText().panes;
  const [passphrase, setPassphrase] = useState('');
  const [remember, setRemember] = useState(false);
  const keychain = useKeychain(api);
  return (
    <FormDialog
      title={fill(title, { name })}
      action={action}
      ready={passphrase !== ''}
      onClose={onClose}
      onConfirm={() => onConfirm({ passphrase, remember })}
    >
      {warning !== undefined && (
        <p className="rounded-md border border-warn bg-warn-soft px-3 py-2.5">{warning}</p>
      )}
      {note !== undefined && <p>{note}</p>}
      <Field
        label={fill(autostart.passphrase, { name })}
        help={confirm.passphraseHelp}
        type="password"
        autoFocus
        value={passphrase}
        onChange={({ target }) => setPassphrase(target.value)}
      />
      {keychain === 'available' && (
        <Checkbox checked={remember} onChange={setRemember}>
          {confirm.remember}
        </Checkbox>
      )}
    </FormDialog>
  );
}

/** Asks before services stop, lightly: nothing has to be typed. */
export function ConfirmDown({
  name,
  machine,
  onClose,
  onConfirm,
}: Question & { readonly onConfirm: (unmount: boolean) => void }): ReactNode {
  const { confirm, head } = useText().panes;
  const [unmount, setUnmount] = useState(false);
  return (
    <FormDialog
      title={fill(confirm.down, { name, machine })}
      action={head.down}
      onClose={onClose}
      onConfirm={() => onConfirm(unmount)}
    >
      <p className="text-muted">{confirm.downHelp}</p>
      <Checkbox checked={unmount} onChange={setUnmount}>
        {confirm.unmount}
      </Checkbox>
    </FormDialog>
  );
}

/** Asks for the repository's name to be typed, before something that cannot be taken back. */
export function ConfirmName({
  name,
  machine,
  title,
  help,
  action,
  onClose,
  onConfirm,
}: Question & {
  readonly title: string;
  readonly help: string;
  readonly action: string;
  readonly onConfirm: () => void;
}): ReactNode {
  const { confirm } = useText().panes;
  const [typed, setTyped] = useState('');
  return (
    <FormDialog
      title={fill(title, { name, machine })}
      action={action}
      danger
      ready={typed === name}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      <p className="text-muted">{fill(help, { name, machine })}</p>
      <Field
        label={fill(confirm.typeName, { name })}
        mono
        autoFocus
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </FormDialog>
  );
}
