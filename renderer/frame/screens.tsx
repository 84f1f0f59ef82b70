import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import { FirstRunScreen } from '../firstRun/FirstRunScreen.tsx';
import { MachineScreen } from '../machines/MachineScreen.tsx';
import { MachinesScreen } from '../machines/MachinesScreen.tsx';
import { OperationsScreen } from '../operations/OperationsScreen.tsx';
import { RepositoryScreen } from '../repository/RepositoryScreen.tsx';
import { useMachine } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import type { Place } from '../state/navigation.ts';
import type { ScreenProps } from '../state/screenProps.ts';

/** The screen of a place. */
export function Screen({ place, ...props }: ScreenProps & { readonly place: Place }): ReactNode {
  switch (place.screen) {
    case 'machines':
      return <MachinesScreen {...props} />;
    case 'machine':
      return <MachineScreen {...props} machine={place.machine} />;
    case 'repository':
      return <RepositoryPlace key={place.guid} {...props} machine={place.machine} guid={place.guid} />;
    case 'operations':
      return (
        <OperationsScreen
          api={props.api}
          onRepository={({ machine, guid }) =>
            goTo(
              guid === undefined ? { screen: 'machine', machine } : { screen: 'repository', machine, guid },
            )
          }
        />
      );
    case 'first-run':
      return <FirstRunScreen {...props} />;
    case 'logs':
    case 'settings':
      return null;
    default:
      return assertNever(place);
  }
}

function RepositoryPlace({
  machine: key,
  guid,
  ...props
}: ScreenProps & { readonly machine: MachineKey; readonly guid: string }): ReactNode {
  const machine = useMachine(key);
  const repository = machine?.repositories?.find((one) => one.guid === guid);
  if (machine === undefined || repository === undefined) return null;
  return <RepositoryScreen {...props} machine={machine} repository={repository} />;
}
