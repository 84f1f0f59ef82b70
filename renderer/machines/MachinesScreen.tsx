import type { ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import type { ScreenProps } from '../state/screenProps.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Blocks.tsx';

/** The machines of the context. */
export const MachinesScreen: (props: ScreenProps) => ReactNode = () => {
  const text = useText().frame;
  const machines = useAppState((state) => state.machines);
  return (
    <Card title={text.machines} detail={machines.length}>
      <div className="flex gap-2 p-3.5">
        {machines.map(({ machine }) => (
          <Button key={machine.name} onClick={() => goTo({ screen: 'machine', machine })}>
            {machine.name}
          </Button>
        ))}
      </div>
    </Card>
  );
};
