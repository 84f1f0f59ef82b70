import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { createRepository } from '../repository/create/creations.ts';
import { RepositoryForm } from '../repository/create/RepositoryForm.tsx';
import { goTo } from '../state/navigation.ts';
import type { ScreenProps } from '../screens/screenProps.ts';
import { Button } from '../ui/Button.tsx';
import { StepPage } from './Rail.tsx';
import { changeRun } from './runStore.ts';

/** Shows the form for the first repository: its name, size, passphrase and template. */
export function RepositoryStep({
  api,
  sessions,
  state,
}: ScreenProps & { readonly state: MachineState }): ReactNode {
  const text = useText();
  const words = text.firstRun.repository;
  const { context, name } = state.machine;
  const machine = { context, name };
  return (
    <StepPage title={fill(words.title, { machine: name })} about={words.help}>
      <RepositoryForm
        api={api}
        machine={state}
        leave={
          <>
            <Button look="quiet" onClick={() => changeRun({ step: 'machine' })}>
              {text.app.back}
            </Button>
            <Button look="quiet" onClick={() => goTo({ screen: 'machine', machine })}>
              {words.later}
            </Button>
          </>
        }
        onSubmit={(wanted) => {
          createRepository({ api, sessions }, machine, wanted);
          changeRun({ step: 'up', repository: wanted.name });
        }}
      />
    </StepPage>
  );
}
