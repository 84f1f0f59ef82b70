import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { AppError, describeError, fill } from '../../shared/errors.ts';
import { isValidName } from '../../shared/names.ts';
import { useText } from '../i18n/useText.ts';
import { useMachine } from '../state/appState.ts';
import { Field } from '../ui/Controls.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';

/** Asks for another name on the machine, and refuses what the machine would refuse. */
export function NameDialog({
  machine,
  before,
  title,
  help,
  label,
  action,
  onClose,
  onConfirm,
}: {
  readonly machine: MachineKey;
  /** The content of the field at first, which is not accepted as an answer. */
  readonly before: string;
  readonly title: string;
  readonly help: string;
  readonly label: string;
  readonly action: string;
  readonly onClose: () => void;
  readonly onConfirm: (name: string) => void;
}): ReactNode {
  const text = useText();
  const { repositories = [] } = useMachine(machine) ?? {};
  const [name, setName] = useState(before);
  const changed = name !== before;
  const taken = changed && repositories.some((one) => one.name === name);
  const bad = isValidName(name) ? undefined : describeError(new AppError('bad-name', { name }), text);
  const problem = taken
    ? fill(text.creation.nameTaken, { machine: machine.name })
    : bad && `${bad.message} ${bad.next}`;
  return (
    <FormDialog
      title={title}
      action={action}
      ready={changed && problem === undefined}
      onClose={onClose}
      onConfirm={() => onConfirm(name)}
    >
      <p className="text-muted">{help}</p>
      <Field
        label={label}
        mono
        autoFocus
        value={name}
        error={problem}
        onChange={({ target }) => setName(target.value)}
      />
    </FormDialog>
  );
}
