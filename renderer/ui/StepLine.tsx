import type { ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import { StateShape } from './StateMark.tsx';
import type { Tone } from './StateMark.tsx';

/** Shows a list of steps or facts, one under the other. */
export function StepList({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <ul aria-label={label} className="overflow-hidden rounded-lg border bg-panel">
      {children}
    </ul>
  );
}

/** Shows one step or fact of a list: its tone, its name and what is known of it. `note` stands at the right. */
export function StepLine({
  tone,
  label,
  detail,
  note,
  children,
}: {
  readonly tone: Tone;
  readonly label: string;
  readonly detail?: ReactNode;
  readonly note?: ReactNode;
  /** The content under the line. */
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <li className="border-b last:border-b-0">
      <div className="flex min-h-[39px] items-baseline gap-4 px-3.5 py-[9px]">
        <span className="self-center">
          <StateShape tone={tone} size={16} label={useText().creation.tones[tone]} />
        </span>
        <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          <b className="mr-1.5 font-semibold">{label}</b>
          {detail !== undefined && <span className="text-muted">{detail}</span>}
        </p>
        {note !== undefined && <span className="tabular shrink-0 text-muted">{note}</span>}
      </div>
      {children !== undefined && <div className="pr-3.5 pb-3 pl-[46px]">{children}</div>}
    </li>
  );
}
