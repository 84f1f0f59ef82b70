import { Search } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Shortcut } from './Shortcut.tsx';

/**
 * Shows the field that narrows a list to the entries that contain what is typed. Mod+F puts the focus into the field,
 * unless a log takes these keys for its own search.
 */
export function SearchField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const find = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      // Not every browser focuses a field whose text is selected.
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener('keydown', find);
    return () => window.removeEventListener('keydown', find);
  }, []);
  return (
    <label className="flex h-[32px] w-[320px] shrink-0 items-center gap-2 rounded-md border border-line-strong bg-panel px-2.5 focus-within:border-accent">
      <Search aria-hidden size={15} className="shrink-0 text-muted" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
      />
      {value === '' && <Shortcut keys="Mod+F" />}
    </label>
  );
}
