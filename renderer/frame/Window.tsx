import type { ReactNode } from 'react';
import { showAddMachine, showNewContext } from '../contexts/contextDialogs.tsx';
import { Dock } from '../dock/Dock.tsx';
import { useDock } from '../dock/dockStore.ts';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { useNavigation } from '../state/navigation.ts';
import type { ScreenProps } from '../state/screenProps.ts';
import { Button } from '../ui/Button.tsx';
import { DialogHost } from './DialogHost.tsx';
import { Screen } from './screens.tsx';

/** The whole window. */
export function Window(props: ScreenProps): ReactNode {
  const text = useText().frame;
  const place = useNavigation((state) => state.place);
  const settings = useAppState((state) => state.settings);
  const dockOpen = useDock((state) => state.open);
  return (
    <div className="flex h-full flex-col">
      <header className="flex gap-2 border-b p-2">
        <Button onClick={() => showNewContext(props.api)}>{text.newContext}</Button>
        <Button onClick={() => showAddMachine(props.api)}>{text.addMachine}</Button>
      </header>
      <main className="min-h-0 flex-1 overflow-auto p-6">
        <Screen place={place} {...props} />
      </main>
      {dockOpen && (
        <div className="h-[280px]">
          <Dock sessions={props.sessions} screenReader={settings?.screenReader ?? false} />
        </div>
      )}
      <DialogHost />
    </div>
  );
}
