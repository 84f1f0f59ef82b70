import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { goTo, useNavigation } from '../state/navigation.ts';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';
import { useAttempt } from '../ui/useAttempt.ts';

/** Shows a simple question before a machine is removed from its context, as nothing happens on the machine itself. */
export function RemoveMachineDialog({
  api,
  machine,
  onClose,
}: {
  readonly api: ApiClient;
  readonly machine: MachineKey;
  readonly onClose: () => void;
}): ReactNode {
  const words = useText().contexts;
  const { busy, error, run } = useAttempt();
  const remove = (): void =>
    run(
      () => api.call('contexts.removeMachine', { machine }),
      () => {
        const { place } = useNavigation.getState();
        if ('machine' in place && keyOf(place.machine) === keyOf(machine)) goTo({ screen: 'machines' });
        onClose();
      },
    );
  return (
    <FormDialog
      title={fill(words.removeTitle, machine)}
      action={words.removeAction}
      danger
      ready={!busy}
      onClose={onClose}
      onConfirm={remove}
    >
      <p className="text-muted">{words.removeHelp}</p>
      {error !== undefined && <ErrorBlock error={error} />}
    </FormDialog>
  );
}
