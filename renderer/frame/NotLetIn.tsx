import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';

/**
 * Shows how to get in: in a browser tab that was opened without a link or whose link is not known, and in one whose
 * program has gone. The page of such a tab is not loaded again by a button, as a stranger would deliver it.
 */
export function NotLetIn({ because }: { readonly because: 'refused' | 'stranger' }): ReactNode {
  const words = useText().frame.link;
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="flex w-[min(460px,100%)] flex-col gap-3 rounded-lg border bg-panel p-6">
        <KeyRound aria-hidden size={22} strokeWidth={1.6} className="text-muted" />
        <h1 className="text-xl font-semibold">{words[`${because}Title`]}</h1>
        <p>{words[`${because}Next`]}</p>
        <p className="text-muted">{words[because]}</p>
        {because === 'refused' && (
          <div className="mt-2">
            <Button onClick={() => location.reload()}>{words.lookAgain}</Button>
          </div>
        )}
      </div>
    </main>
  );
}
