import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Tone } from '../../shared/tone.ts';
import { classes } from './classes.ts';

export type { Tone };

/** The text colour of a tone. */
const TONE_TEXT: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  warn: 'text-warn',
  fail: 'text-fail',
  idle: 'text-idle',
  closed: 'text-idle',
  stale: 'text-stale',
  busy: 'text-accent',
};

function Shape({ tone }: { readonly tone: Tone }): ReactNode {
  switch (tone) {
    case 'ok':
      return <circle cx="8" cy="8" r="5.5" fill="currentColor" />;
    case 'warn':
      return <path d="M8 1.8 14.6 13.6H1.4Z" fill="currentColor" />;
    case 'fail':
      return <path d="M8 .8 15.2 8 8 15.2.8 8Z" fill="currentColor" />;
    case 'idle':
      return <circle cx="8" cy="8" r="4.9" fill="none" stroke="currentColor" strokeWidth="1.7" />;
    case 'stale':
      return (
        <circle
          cx="8"
          cy="8"
          r="5.2"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.7"
          strokeDasharray="2.45 1.64"
        />
      );
    case 'busy':
      return (
        <>
          <circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" strokeWidth="2" opacity=".3" />
          <path d="M8 2.8A5.2 5.2 0 0 1 13.2 8" fill="none" stroke="currentColor" strokeWidth="2.2" />
        </>
      );
    case 'closed':
      return <Lock x="1.5" y="1" width="13" height="13" strokeWidth="2.2" />;
  }
}

/** Shows the shape of a tone alone, for places where the word stands beside the shape or in a label. */
export function StateShape({
  tone,
  size = 13,
  label,
}: {
  readonly tone: Tone;
  readonly size?: number;
  /** The word for screen readers, where none stands beside the shape. */
  readonly label?: string;
}): ReactNode {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      className={classes('shrink-0', TONE_TEXT[tone], tone === 'busy' && 'animate-turn')}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <Shape tone={tone} />
    </svg>
  );
}

/** Shows a state by its shape, its colour and its word. */
export function StateMark({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span
      className={classes('inline-flex min-w-0 items-center gap-2 align-middle font-medium', TONE_TEXT[tone])}
    >
      <StateShape tone={tone} />
      <span className="truncate">{children}</span>
    </span>
  );
}
