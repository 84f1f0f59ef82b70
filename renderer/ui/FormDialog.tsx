import type { ReactNode, SubmitEvent } from 'react';
import { useText } from '../i18n/useText.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Popups.tsx';

/** Shows a form over the window, which Enter confirms. */
export function FormDialog({
  title,
  action,
  danger = false,
  ready = true,
  children,
  onClose,
  onConfirm,
}: {
  readonly title: string;
  readonly action: string;
  readonly danger?: boolean;
  readonly ready?: boolean;
  readonly children: ReactNode;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}): ReactNode {
  const text = useText();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (ready) onConfirm();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {text.app.cancel}
          </Button>
          <Button look={danger ? 'danger' : 'primary'} disabled={!ready} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      <form className="flex flex-col gap-4" onSubmit={submit}>
        {children}
      </form>
    </Dialog>
  );
}
