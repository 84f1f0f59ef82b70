import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/apiModel.ts';
import { AppError, describeError, fill } from '../../shared/errors.ts';
import { isValidName } from '../../shared/model.ts';
import { useText } from '../i18n/useText.ts';
import { useMachine } from '../state/appState.ts';
import { Field } from '../ui/Controls.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';

/** Asks for another name, and refuses what the machine would refuse. */
export function RenameDialog({
  machine,
  name: before,
  onClose,
  onConfirm,
}: {
  readonly machine: MachineKey;
  readonly name: string;
  readonly onClose: () => void;
  readonly onConfirm: (newName: string) => void;
}): ReactNode {
  const text = useText();
  const words = text.manage;
  const { repositories = [] } = useMachine(machine) ?? {};
  const [name, setName] = useState(before);
  const names = { name: before, machine: machine.name };
  const changed = name !== before;
  const taken = changed && repositories.some((one) => one.name === name);
  const bad = isValidName(name) ? undefined : describeError(new AppError('bad-name', { name }), text);
  const problem = taken ? fill(words.renameTaken, names) : bad && `${bad.message} ${bad.next}`;
  return (
    <FormDialog
      title={fill(words.renameTitle, names)}
      action={words.rename}
      ready={changed && problem === undefined}
      onClose={onClose}
      onConfirm={() => onConfirm(name)}
    >
      <p className="text-muted">{words.renameHelp}</p>
      <Field
        label={words.newName}
        mono
        autoFocus
        value={name}
        error={problem}
        onChange={({ target }) => setName(target.value)}
      />
    </FormDialog>
  );
}
