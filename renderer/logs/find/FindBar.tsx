import { CaseSensitive, ChevronDown, ChevronUp, Regex, X } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { fill } from '../../../shared/errors.ts';
import { useFormats, useText } from '../../i18n/useText.ts';
import { IconButton } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import type { ByteStore } from '../byteStore.ts';
import { followSearch } from './followSearch.ts';
import type { FollowedSearch } from './followSearch.ts';
import type { Hit, SearchQuery } from './search.ts';
import type { LineRange, SearchProgress } from './searchRun.ts';

const NOTHING: SearchProgress = { hits: [], done: true, more: false, invalid: false };
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Looks through all of a log, not only what the terminal keeps: n of m, regular expression, case. */
export function FindBar({
  store,
  bytes,
  range,
  onReveal,
  onClose,
}: {
  readonly store: ByteStore;
  /** How many the store has: the search goes on with them. */
  readonly bytes: number;
  readonly range: () => LineRange;
  readonly onReveal: (hit: Hit) => void;
  readonly onClose: () => void;
}): ReactNode {
  const text = useText().panes.log;
  const [query, setQuery] = useState<SearchQuery>({ text: '', regularExpression: false, matchCase: false });
  const [progress, setProgress] = useState(NOTHING);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);

  const showFirst = useEffectEvent((hit: Hit) => {
    setAt(0);
    onReveal(hit);
  });
  const linesNow = useEffectEvent(range);
  const running = useRef<FollowedSearch>(undefined);
  useEffect(() => {
    let shown = false;
    const show = (next: SearchProgress): void => {
      setProgress(next);
      const [first] = next.hits;
      if (shown || first === undefined) return;
      shown = true;
      showFirst(first);
    };
    const dependencies = { now: () => performance.now(), breathe };
    const search = followSearch(store, query, () => linesNow(), dependencies, show);
    running.current = search;
    return () => search.stop();
  }, [store, query]);
  useEffect(() => running.current?.grow(), [bytes]);

  const go = (by: number): void => {
    const count = progress.hits.length;
    if (count === 0) return;
    const next = (at + by + count) % count;
    setAt(next);
    const hit = progress.hits[next];
    if (hit !== undefined) onReveal(hit);
  };
  const change = (part: Partial<SearchQuery>): void => setQuery({ ...query, ...part });

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

/** A button that stays pressed. */
export function Toggle({
  icon,
  label,
  on,
  onChange,
}: {
  readonly icon: typeof X;
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}): ReactNode {
  return (
    <IconButton
      icon={icon}
      label={label}
      aria-pressed={on}
      className={classes(on && 'bg-accent-soft text-accent')}
      onClick={() => onChange(!on)}
    />
  );
}

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
