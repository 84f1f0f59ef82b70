import type { ReactNode } from 'react';
import { fill } from '../../shared/errors.ts';
import type { HealthLevel } from '../../shared/health.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { classes } from '../ui/classes.ts';
import { useAtTime } from '../ui/useNow.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const COLOURS: Readonly<Record<HealthLevel, string>> = {
  ok: 'text-text',
  warning: 'text-warn',
  error: 'text-fail',
  critical: 'text-fail',
};

/** Shows for how long something has gone on by now, to the minute. `since`: milliseconds since the epoch. */
export function GoesOn({ since, level }: { readonly since: number; readonly level: HealthLevel }): ReactNode {
  const { goesOn } = useText().journal;
  const { duration, span } = useFormats();
  const lasted = useAtTime((now) => {
    const milliseconds = Math.max(1000, now - since);
    if (milliseconds < MINUTE || milliseconds >= DAY) return span(milliseconds / 1000);
    return duration(milliseconds - (milliseconds % MINUTE));
  });
  return <span className={classes('font-medium', COLOURS[level])}>{fill(goesOn, { span: lasted })}</span>;
}
