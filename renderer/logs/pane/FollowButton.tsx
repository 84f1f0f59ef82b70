import type { ReactNode } from 'react';
import { fill } from '../../../shared/errors.ts';
import { useFormats, useText } from '../../i18n/useText.ts';
import { classes } from '../../ui/classes.ts';
import type { PaneMode } from '../view/paneMode.ts';

/** Shows that the pane follows its log, or a button that leads back to the end and counts the new lines. */
export function FollowButton({
  mode,
  newLines,
  live,
  onFollow,
}: {
  readonly mode: PaneMode;
  readonly newLines: number;
  /** More output may come. */
  readonly live: boolean;
  readonly onFollow: () => void;
}): ReactNode {
  const text = useText().panes.log;
  const { number } = useFormats();
  const pill = 'rounded-full border border-line-strong px-2.5 text-sm font-medium text-muted';
  if (mode === 'following') {
    return live ? <span className={pill}>{text.following}</span> : null;
  }
  return (
    <button type="button" className={classes(pill, 'hover:bg-hover hover:text-text')} onClick={onFollow}>
      {newLines > 0 ? fill(text.newLines, { count: number(newLines) }) : text.atEnd}
    </button>
  );
}
