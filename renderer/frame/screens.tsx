import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import { FirstRunScreen } from '../firstRun/FirstRunScreen.tsx';
import { useText } from '../i18n/useText.ts';
import { LogsScreen } from '../logs/LogsScreen.tsx';
import { MachineScreen } from '../machines/MachineScreen.tsx';
import { MachinesScreen } from '../machines/MachinesScreen.tsx';
import { OperationsScreen } from '../operations/OperationsScreen.tsx';
import { RepositoryScreen } from '../repository/RepositoryScreen.tsx';
import { SettingsScreen } from '../settings/SettingsScreen.tsx';
import { useMachine } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import type { Place } from '../state/navigation.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { Empty } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';

/** Shows the screen of a place. */
export function Screen({ place, ...props }: ScreenProps & { readonly place: Place }): ReactNode {
  switch (place.screen) {
    case 'machines':
      return <MachinesScreen {...props} />;
    case 'machine':
      return <MachineScreen {...props} machine={place.machine} part={place.part} />;
    case 'repository':
      return <RepositoryPlace key={place.guid} {...props} machine={place.machine} guid={place.guid} />;
    case 'operations':
      return (
        <OperationsScreen
          {...props}
          onRepository={({ machine, guid }) =>
            goTo(
              guid === undefined ? { screen: 'machine', machine } : { screen: 'repository', machine, guid },
            )
          }
        />
      );
    case 'first-run':
      return <FirstRunScreen {...props} machine={place.machine} />;
    case 'logs':
      return <LogsScreen />;
    case 'settings':
      return <SettingsScreen api={props.api} />;
    default:
      return assertNever(place);
  }
}

function RepositoryPlace({
  machine: key,
  guid,
  ...props
}: ScreenProps & { readonly machine: MachineKey; readonly guid: string }): ReactNode {
  const text = useText().frame.gone;
  const machine = useMachine(key);
  const repository = machine?.repositories?.find((one) => one.guid === guid);
  if (machine === undefined || repository === undefined) {
    return (
      <Empty
        icon={SearchX}
        title={machine === undefined ? text.machine : text.repository}
        action={<Button onClick={() => goTo({ screen: 'machines' })}>{text.back}</Button>}
      />
    );
  }
  return <RepositoryScreen {...props} machine={machine} repository={repository} />;
}
