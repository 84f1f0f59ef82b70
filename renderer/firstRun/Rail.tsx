import type { ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import type { Tone } from '../ui/StateMark.tsx';
import { STEPS } from './flow.ts';
import type { StepName } from './flow.ts';

/** Shows the steps of the first run, the state of each, and what is known of it. */
export function Rail({
  current,
  tones,
  details,
}: {
  readonly current: StepName;
  readonly tones: Readonly<Record<StepName, Tone>>;
  /** The details of steps. A step without any shows what the step is about. */
  readonly details: Partial<Record<StepName, string>>;
}): ReactNode {
  const text = useText();
  const words = text.firstRun;
  return (
    <nav aria-label={words.title}>
      <ol className="flex flex-col">
        {STEPS.map((step) => (
          <li
            key={step}
            aria-current={step === current ? 'step' : undefined}
            className={classes(
              'flex items-center gap-3 rounded-md px-3 py-2.5',
              step === current && 'bg-accent-soft',
            )}
          >
            <StateShape tone={tones[step]} size={16} label={text.creation.tones[tones[step]]} />
            <div className="min-w-0">
              <p className={classes('font-medium', step === current ? 'text-text' : 'text-muted')}>
                {words.steps[step]}
              </p>
              <p className="truncate text-sm text-muted">{details[step] ?? words.about[step]}</p>
            </div>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Shows the page of a step: its title, what it is about, and its content. */
export function StepPage({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-3.5">
      <header>
        <h1 className="text-xl font-semibold">{title}</h1>
        <p className="mt-0.5 text-muted">{about}</p>
      </header>
      {children}
    </section>
  );
}
