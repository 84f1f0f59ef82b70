import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/apiModel.ts';
import { useMachine } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import type { ScreenProps } from '../state/screenProps.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Blocks.tsx';

/** Everything about one machine. */
export function MachineScreen({ machine: key }: ScreenProps & { readonly machine: MachineKey }): ReactNode {
  const repositories = useMachine(key)?.repositories ?? [];
  return (
    <Card title={key.name} detail={repositories.length}>
      <div className="flex gap-2 p-3.5">
        {repositories.map(({ guid, name }) => (
          <Button key={guid} onClick={() => goTo({ screen: 'repository', machine: key, guid })}>
            {name}
          </Button>
        ))}
      </div>
    </Card>
  );
}
