import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';

/** Shows how to get in, in a browser tab that was opened without a link, or whose link is no longer known. */
export function NotLetIn(): ReactNode {
  const words = useText().frame.link;
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="flex w-[min(460px,100%)] flex-col gap-3 rounded-lg border bg-panel p-6">
        <KeyRound aria-hidden size={22} strokeWidth={1.6} className="text-muted" />
        <h1 className="text-xl font-semibold">{words.refusedTitle}</h1>
        <p>{words.refusedNext}</p>
        <p className="text-muted">{words.refused}</p>
        <div className="mt-2">
          <Button onClick={() => location.reload()}>{words.lookAgain}</Button>
        </div>
      </div>
    </main>
  );
}
