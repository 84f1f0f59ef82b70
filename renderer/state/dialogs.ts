import type { ReactNode } from 'react';
import { create } from 'zustand';

/** A dialog: a function that draws it and is given what closes it. */
type DialogContent = (close: () => void) => ReactNode;

interface Shown {
  readonly id: number;
  readonly content: DialogContent;
}

/** The dialogs that are to be shown; the frame draws the first. */
export const useDialogs = create<{ readonly waiting: readonly Shown[] }>(() => ({ waiting: [] }));

let nextId = 0;

/** Shows a dialog over the window, after those that came before it are closed. Returns what closes it. */
export function showDialog(content: DialogContent): () => void {
  const id = nextId++;
  useDialogs.setState(({ waiting }) => ({ waiting: [...waiting, { id, content }] }));
  return () => closeDialog(id);
}

/** Closes a dialog; does nothing when it is closed already. */
export function closeDialog(id: number): void {
  useDialogs.setState(({ waiting }) => ({ waiting: waiting.filter((one) => one.id !== id) }));
}
