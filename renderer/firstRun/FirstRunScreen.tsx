import { Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '../i18n/useText.ts';
import type { ScreenProps } from '../state/screenProps.ts';
import { Empty } from '../ui/Blocks.tsx';

/** From nothing to a running repository. */
export const FirstRunScreen: (props: ScreenProps) => ReactNode = () => {
  return <Empty icon={Server} title={useText().frame.noMachine} />;
};
