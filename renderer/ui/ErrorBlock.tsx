import type { ReactNode } from 'react';
import { describeError, fromWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { StateShape } from './StateMark.tsx';

/** Shows what went wrong in a sentence, what to do next, and the one action that does it. */
export function ErrorBlock({
  error,
  action,
}: {
  readonly error: WireError;
  readonly action?: ReactNode;
}): ReactNode {
  const { message, next } = describeError(fromWire(error), useText());
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-md border border-fail bg-fail-soft px-3 py-2.5"
    >
      <span className="pt-[3px]">
        <StateShape tone="fail" />
      </span>
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <p className="font-medium">{message}</p>
        <p className="text-muted">{next}</p>
      </div>
      {action}
    </div>
  );
}
