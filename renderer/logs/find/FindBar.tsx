import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { fill } from '../../../shared/errors.ts';
import { useFormats, useText } from '../../i18n/useText.ts';
import { IconButton } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import type { SearchQuery } from './search.ts';
import type { SearchProgress } from './searchRun.ts';
import { Toggle } from '../Toggle.tsx';
import { useFind } from './useFind.ts';
import type { FindOptions } from './useFind.ts';

/** Shows a search through all of a log, not only what the terminal keeps: n of m, regular expression, case. */
export function FindBar({ onClose, ...options }: FindOptions & { readonly onClose: () => void }): ReactNode {
  const text = useText().panes.log;
  const { query, progress, at, change, go } = useFind(options);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  return (
    <div
      role="search"
      aria-label={text.find}
      className="flex h-[36px] shrink-0 items-center gap-1 border-b bg-panel px-2"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <input
        ref={input}
        aria-label={text.find}
        aria-invalid={progress.invalid}
        placeholder={text.find}
        value={query.text}
        spellCheck={false}
        onChange={({ target }) => change({ text: target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
        }}
        className="h-[26px] w-64 min-w-0 rounded-md border border-line-strong bg-app px-2 font-mono text-sm placeholder:text-faint aria-[invalid=true]:border-fail"
      />
      <Toggle
        icon={CaseSensitive}
        label={text.matchCase}
        on={query.matchCase}
        onChange={(matchCase) => change({ matchCase })}
      />
      <Toggle
        icon={Regex}
        label={text.regularExpression}
        on={query.regularExpression}
        onChange={(regularExpression) => change({ regularExpression })}
      />
      <Count query={query} progress={progress} at={at} />
      <div className="ml-auto flex gap-1">
        <IconButton icon={ChevronUp} label={text.previous} keys="Shift+Enter" onClick={() => go(-1)} />
        <IconButton icon={ChevronDown} label={text.next} keys="Enter" onClick={() => go(1)} />
        <IconButton icon={X} label={text.close} keys="Esc" onClick={onClose} />
      </div>
    </div>
  );
}

/** Shows which find of how many is in view, or why there is none. */
function Count({
  query,
  progress,
  at,
}: {
  readonly query: SearchQuery;
  readonly progress: SearchProgress;
  readonly at: number;
}): ReactNode {
  const text = useText().panes.log;
  const { number } = useFormats();
  const { hits, done, more, invalid } = progress;
  const sentence = (): string => {
    if (invalid) return text.invalid;
    if (query.text === '') return '';
    if (hits.length === 0) return done ? text.nothing : text.searching;
    return fill(more ? text.countMore : text.count, { n: number(at + 1), m: number(hits.length) });
  };
  return (
    <span
      role="status"
      className={classes('tabular px-2 text-sm whitespace-nowrap', invalid ? 'text-fail' : 'text-muted')}
    >
      {sentence()}
    </span>
  );
}
