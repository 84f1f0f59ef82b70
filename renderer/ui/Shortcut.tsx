import type { ReactNode } from 'react';
import { isApple } from './platform.ts';

/** Returns keys as people of this platform read them: `Mod+K` is Ctrl K, and ⌘ K on a Mac. */
function keysFor(keys: string, apple: boolean): string {
  const words = keys.split('+').map((key) => {
    if (key === 'Mod') return apple ? '⌘' : 'Ctrl';
    if (key === 'Shift') return apple ? '⇧' : 'Shift';
    return key;
  });
  return words.join(' ');
}

/** Shows the keys that do the same as the control beside them. */
export function Shortcut({ keys }: { readonly keys: string }): ReactNode {
  return (
    <kbd className="rounded border border-line-strong bg-panel px-1.5 font-sans text-xs font-medium whitespace-nowrap text-muted">
      {keysFor(keys, isApple())}
    </kbd>
  );
}
