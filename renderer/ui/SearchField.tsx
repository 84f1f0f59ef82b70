import { Search } from 'lucide-react';
import type { ReactNode } from 'react';

/** Narrows a list to what contains the words. */
export function SearchField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <label className="flex h-[32px] w-72 items-center gap-2 rounded-md border border-line-strong bg-panel px-2.5 focus-within:border-accent">
      <Search aria-hidden size={15} className="text-muted" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
      />
    </label>
  );
}
