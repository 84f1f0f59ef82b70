import type { ReactNode } from 'react';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { showDialog } from '../state/dialogs.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Dialog } from '../ui/Popups.tsx';

/** Shows a dialog with the reason why something was refused, for refusals that have no place on a screen. */
export function showError(reason: unknown): void {
  const error = toWire(reason);
  showDialog((close) => <ErrorDialog error={error} onClose={close} />);
}

function ErrorDialog({
  error,
  onClose,
}: {
  readonly error: WireError;
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  return (
    <Dialog
      title={text.frame.refused}
      onClose={onClose}
      footer={<Button onClick={onClose}>{text.app.close}</Button>}
    >
      <ErrorBlock error={error} />
    </Dialog>
  );
}
