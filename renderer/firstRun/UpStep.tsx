import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { useText } from '../i18n/useText.ts';
import { creationSentence, creationTitle, CreationPanel } from '../repository/create/CreationPanel.tsx';
import type { Creation } from '../repository/create/creations.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { StepPage } from './Rail.tsx';
import { changeRun } from './runStore.ts';

/** Shows how the repository is made, gets its files and is started. */
export function UpStep({
  api,
  sessions,
  creation,
  state,
}: ScreenProps & {
  readonly creation: Creation;
  readonly state: MachineState | undefined;
}): ReactNode {
  const text = useText();
  return (
    <StepPage title={creationTitle(creation, text)} about={creationSentence(creation, state, text)}>
      <CreationPanel
        api={api}
        sessions={sessions}
        creation={creation}
        state={state}
        onAgain={() => changeRun({ step: 'repository' })}
      />
    </StepPage>
  );
}
