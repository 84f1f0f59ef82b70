import { Check, ChevronDown, Layers, Plus, Settings2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { showContexts, showNewContext } from '../contexts/contextDialogs.tsx';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { Menu } from '../ui/Popups.tsx';
import { showError } from '../commands/ErrorDialog.tsx';

/** Shows the context whose machines are shown, and the menu that leads to the others. */
export function ContextSwitcher({ api }: { readonly api: ApiClient }): ReactNode {
  const {
    frame: text,
    contexts: { manage },
  } = useText();
  const contexts = useAppState((state) => state.contexts);
  const choose = async (name: string): Promise<void> => {
    if (name === contexts?.current) return;
    await api.call('contexts.use', { name });
    goTo({ screen: 'machines' });
  };
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="inline-flex h-[30px] min-w-0 max-w-[236px] items-center gap-2 rounded-md border border-line-strong bg-raised px-2.5 font-semibold transition-colors duration-100 hover:bg-hover data-[popup-open]:bg-hover"
        >
          <Layers aria-hidden size={15} className="shrink-0" />
          <span className="sr-only">{text.contexts}</span>
          <span className="truncate">{contexts?.current ?? text.noContext}</span>
          <ChevronDown aria-hidden size={15} className="shrink-0 text-muted" />
        </button>
      }
      groups={[
        (contexts?.contexts ?? []).map(({ name }) => ({
          id: name,
          label: name,
          ...(name === contexts?.current ? { icon: Check } : {}),
          onSelect: () => void choose(name).catch(showError),
        })),
        [
          { id: ' new', label: text.newContext, icon: Plus, onSelect: () => showNewContext(api) },
          { id: ' manage', label: manage, icon: Settings2, onSelect: () => showContexts(api) },
        ],
      ]}
    />
  );
}
