import { Search } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { useText } from '../i18n/useText.ts';
import { Shortcut } from '../ui/Shortcut.tsx';
import { ContextSwitcher } from './ContextSwitcher.tsx';
import { QuickMenu } from './QuickMenu.tsx';
import { TroubleBell } from './TroubleBell.tsx';

/** Shows the current context, the search that leads to everything by name, and what wants attention. */
export function TopBar({ api, onJump }: { readonly api: ApiClient; readonly onJump: () => void }): ReactNode {
  const text = useText().frame;
  return (
    <header className="grid h-[43px] shrink-0 grid-cols-[1fr_minmax(220px,420px)_1fr] items-center gap-3 border-b bg-panel px-3">
      <div className="flex min-w-0">
        <ContextSwitcher api={api} />
      </div>
      <button
        type="button"
        onClick={onJump}
        className="flex h-[31px] min-w-0 items-center gap-2.5 rounded-md border border-line-strong bg-raised px-2.5 text-muted transition-colors duration-100 hover:bg-hover"
      >
        <Search aria-hidden size={15} className="shrink-0" />
        <span className="min-w-0 flex-1 truncate text-left">{text.jump}</span>
        <Shortcut keys="Mod+K" />
      </button>
      <div className="flex items-center justify-end gap-2">
        <QuickMenu api={api} />
        <TroubleBell />
      </div>
    </header>
  );
}
