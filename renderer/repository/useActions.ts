import { useState } from 'react';
import type { WireError } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { repositoryActions } from './actions.tsx';
import type { Actions, ActionTarget } from './actions.tsx';

/**
 * Returns the actions of a repository, and why the last one was refused. `onStarted` is called when an Up or a Down has
 * started.
 */
export function useActions(
  { api, machine: { context, name }, repository }: ActionTarget,
  onStarted: () => void = () => undefined,
): Actions & { readonly error: WireError | undefined } {
  const text = useText();
  const [error, setError] = useState<WireError>();
  const target = { api, machine: { context, name }, repository };
  return { ...repositoryActions({ ...target, text, onStarted, onRefused: setError }), error };
}
