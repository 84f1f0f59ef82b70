import { Tooltip } from '@base-ui/react/tooltip';
import { WifiOff } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { Dock } from '../dock/Dock.tsx';
import { useDock } from '../state/dockStore.ts';
import { useText } from '../i18n/useText.ts';
import { Palette } from '../palette/Palette.tsx';
import { PromptHost } from '../prompts/PromptHost.tsx';
import { useAppState } from '../state/appState.ts';
import { useNavigation } from '../state/navigation.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { AwayPanel } from './AwayPanel.tsx';
import { Boundary } from './Boundary.tsx';
import { DialogHost } from './DialogHost.tsx';
import { NotLetIn } from './NotLetIn.tsx';
import { Screen } from './screens.tsx';
import { SideTree } from './SideTree.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';
import { useHistory } from './useHistory.ts';
import { useLooking } from './useLooking.ts';
import { useSettings } from './useSettings.ts';
import { useShown } from './useShown.ts';
import { useTitle } from './useTitle.ts';
import { useWindowKeys } from './useWindowKeys.ts';

/** Shows the whole window. */
export function Window(props: ScreenProps): ReactNode {
  const link = useAppState((state) => state.link);
  const { screenReader } = useSettings();
  if (link === 'refused' || link === 'stranger') return <NotLetIn because={link} />;
  return (
    <Tooltip.Provider delay={500}>
      <Frame {...props} screenReader={screenReader} />
      <DialogHost />
      <PromptHost api={props.api} />
    </Tooltip.Provider>
  );
}

function Frame({ screenReader, ...props }: ScreenProps & { readonly screenReader: boolean }): ReactNode {
  const { api } = props;
  const { open } = useDock();
  const firstRun = useNavigation(({ place }) => place.screen === 'first-run');
  const noMachine = useAppState((state) => state.machines.length === 0);
  const [palette, setPalette] = useState<'jump' | 'commands'>();
  useWindowKeys(setPalette);
  useShown(api);
  useHistory();
  useLooking(api);
  return (
    <div className="flex h-full min-w-0 flex-col">
      <TopBar api={api} onJump={() => setPalette('jump')} />
      <LinkBanner api={api} />
      <div className="flex min-h-0 flex-1">
        {!(firstRun && noMachine) && <SideTree api={api} />}
        <div className="flex min-w-0 flex-1 flex-col">
          <Group orientation="vertical" className="min-h-0 flex-1">
            <Panel id="main" minSize={160}>
              <Main {...props} />
            </Panel>
            {open && (
              <>
                <Separator className="h-px bg-line data-[separator=hover]:bg-accent-solid" />
                <Panel id="dock" defaultSize="34%" minSize={120}>
                  <Boundary>
                    <Dock sessions={props.sessions} screenReader={screenReader} />
                  </Boundary>
                </Panel>
              </>
            )}
          </Group>
          <AwayPanel api={api} />
        </div>
      </div>
      <StatusBar api={api} sessions={props.sessions} />
      {palette !== undefined && <Palette api={api} mode={palette} onClose={() => setPalette(undefined)} />}
    </div>
  );
}

function Main(props: ScreenProps): ReactNode {
  const text = useText().frame;
  const place = useNavigation((state) => state.place);
  useTitle(place);
  const read = useAppState((state) => state.contexts !== undefined);
  const unreadable = useAppState((state) => state.unreadable);
  return (
    <main
      aria-label={text.main}
      tabIndex={-1}
      className="h-full outline-none overflow-y-auto px-6 py-4 max-lg:px-4"
    >
      {unreadable !== undefined && (
        <ErrorBlock
          error={unreadable}
          action={<Button onClick={() => location.reload()}>{text.link.lookAgain}</Button>}
        />
      )}
      {read ? (
        <Boundary key={JSON.stringify({ ...place, part: undefined })}>
          <Screen place={place} {...props} />
        </Boundary>
      ) : (
        unreadable === undefined && <SkeletonRows rows={8} label={text.loadingState} />
      )}
    </main>
  );
}

/** Shows that the program cannot be reached. Everything in the window stays readable meanwhile. */
function LinkBanner({ api }: Pick<ScreenProps, 'api'>): ReactNode {
  const text = useText().frame.link;
  const link = useAppState((state) => state.link);
  if (link !== 'lost' && link !== 'ended') return null;
  return (
    <div
      role="alert"
      className="flex min-h-[34px] shrink-0 items-center gap-2.5 border-b border-warn bg-warn-soft px-3 py-1.5"
    >
      <WifiOff aria-hidden size={15} className="shrink-0 text-warn" />
      {text[link]}
      {link === 'ended' && <Button onClick={() => api.reconnect()}>{text.lookAgain}</Button>}
    </div>
  );
}
