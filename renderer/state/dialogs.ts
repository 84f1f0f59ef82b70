import type { ReactNode } from 'react';
import { create } from 'zustand';

/** A dialog: drawn with what closes it. */
type DialogContent = (close: () => void) => ReactNode;

interface Shown {
  readonly id: number;
  readonly content: DialogContent;
}

/** The dialogs that wait; the frame draws the first. */
export const useDialogs = create<{ readonly waiting: readonly Shown[] }>(() => ({ waiting: [] }));

let nextId = 0;

/** Shows a dialog over the window; one that comes while another is open waits for its turn. Answers what closes it. */
export function showDialog(content: DialogContent): () => void {
  const id = nextId++;
  useDialogs.setState(({ waiting }) => ({ waiting: [...waiting, { id, content }] }));
  return () => closeDialog(id);
}

/** Takes a dialog away; one that is gone already is left. */
export function closeDialog(id: number): void {
  useDialogs.setState(({ waiting }) => ({ waiting: waiting.filter((one) => one.id !== id) }));
}
