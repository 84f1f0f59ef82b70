import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { closeDialog, useDialogs } from '../state/dialogs.ts';

/** Shows the dialogs of the window, one at a time. */
export function DialogHost(): ReactNode {
  const shown = useDialogs(({ waiting }) => waiting[0]);
  if (shown === undefined) return null;
  return <Fragment key={shown.id}>{shown.content(() => closeDialog(shown.id))}</Fragment>;
}
