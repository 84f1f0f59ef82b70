import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey } from '../../../shared/api/apiModel.ts';
import { fill } from '../../../shared/errors.ts';
import { useText } from '../../i18n/useText.ts';
import { useMachine } from '../../state/appState.ts';
import type { ScreenProps } from '../../screens/screenProps.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Popups.tsx';
import { creationSentence, creationTitle, CreationPanel } from './CreationPanel.tsx';
import { createRepository, useCreation } from './creations.ts';
import { RepositoryForm } from './RepositoryForm.tsx';

/** Shows the dialog in which a repository is made and started. What has begun goes on when the dialog is closed. */
export function CreateRepositoryDialog({
  api,
  sessions,
  machine,
  onClose,
}: ScreenProps & { readonly machine: MachineKey; readonly onClose: () => void }): ReactNode {
  const text = useText();
  const state = useMachine(machine);
  const [name, setName] = useState<string>();
  const creation = useCreation(machine, name);
  if (state === undefined) return null;
  if (creation === undefined) {
    return (
      <Dialog title={fill(text.creation.title, { machine: machine.name })} wide onClose={onClose}>
        <RepositoryForm
          api={api}
          machine={state}
          leave={
            <Button look="quiet" onClick={onClose}>
              {text.app.cancel}
            </Button>
          }
          onSubmit={(wanted) => {
            createRepository({ api, sessions }, machine, wanted);
            setName(wanted.name);
          }}
        />
      </Dialog>
    );
  }
  return (
    <Dialog title={creationTitle(creation, text)} wide onClose={onClose}>
      <p className="text-muted">{creationSentence(creation, state, text)}</p>
      <CreationPanel
        api={api}
        sessions={sessions}
        creation={creation}
        state={state}
        onAgain={() => setName(undefined)}
        onLeave={onClose}
      />
    </Dialog>
  );
}
