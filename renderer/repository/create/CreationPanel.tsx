import { useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineState } from '../../../shared/api/apiModel.ts';
import { fill } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text/text.ts';
import { useText } from '../../i18n/useText.ts';
import { goTo } from '../../state/navigation.ts';
import type { ScreenProps } from '../../screens/screenProps.ts';
import { Button } from '../../ui/Button.tsx';
import { CreationProgress } from './CreationProgress.tsx';
import { continueCreation, dropCreation } from './creations.ts';
import type { Creation } from './creations.ts';
import { TemplateChoice } from './TemplateChoice.tsx';
import { useTemplates } from './useTemplates.ts';

/** Returns the title of a creation: what it has come to. */
export function creationTitle({ state, phase, template, name }: Creation, text: Text): string {
  const words = text.creation.titles;
  if (state === 'failed') return fill(phase === 'create' ? words.notCreated : words.notStarted, { name });
  if (state === 'running') return fill(phase === 'create' ? words.creating : words.starting, { name });
  return fill(state === 'done' && template !== undefined ? words.up : words.ready, { name });
}

/** Returns the sentence under that title: what it means, or what comes next. */
export function creationSentence(creation: Creation, state: MachineState | undefined, text: Text): string {
  const words = text.creation;
  switch (creation.state) {
    case 'running':
      return words.running;
    case 'waiting':
      return words.waiting;
    case 'failed':
      return creation.phase === 'create' ? words.createFailed : words.failed;
    case 'done': {
      if (creation.template !== undefined)
        return creation.verdict?.kind === 'warnings' ? words.warnings : words.done;
      const path = repositoryOf(creation, state)?.path ?? '';
      return fill(words.doneEmpty, { path });
    }
  }
}

function repositoryOf({ name }: Creation, state: MachineState | undefined) {
  return state?.repositories?.find((one) => one.name === name);
}

/** Shows a creation that is under way, stopped or done, with the actions that are open then. */
export function CreationPanel({
  api,
  sessions,
  creation,
  state,
  onAgain,
  onLeave,
}: ScreenProps & {
  readonly creation: Creation;
  readonly state: MachineState | undefined;
  /** Called to show the form again, after a creation that came to nothing. */
  readonly onAgain: () => void;
  /** Called when a person goes on to the repository's own screen. */
  readonly onLeave?: () => void;
}): ReactNode {
  const words = useText().creation;
  const guid = repositoryOf(creation, state)?.guid;
  const over = creation.state === 'done';
  const open = (): void => {
    if (guid === undefined) return;
    onLeave?.();
    goTo({ screen: 'repository', machine: creation.machine, guid });
  };
  if (creation.state === 'waiting') return <Beginning api={api} sessions={sessions} creation={creation} />;
  return (
    <>
      <CreationProgress api={api} sessions={sessions} creation={creation} />
      <div className="flex items-center justify-end gap-2">
        {creation.state === 'failed' && creation.phase === 'create' ? (
          <Button
            look="primary"
            onClick={() => {
              dropCreation(creation);
              onAgain();
            }}
          >
            {words.again}
          </Button>
        ) : (
          <>
            <Button look={over ? 'primary' : 'plain'} disabled={guid === undefined} onClick={open}>
              {fill(words.open, { name: creation.name })}
            </Button>
            {creation.state === 'failed' && (
              <Button look="primary" onClick={() => continueCreation({ api, sessions }, creation)}>
                {words.retry}
              </Button>
            )}
          </>
        )}
      </div>
    </>
  );
}

/** Asks what a repository that an earlier window made shall begin with. */
function Beginning({ api, sessions, creation }: ScreenProps & { readonly creation: Creation }): ReactNode {
  const words = useText().creation;
  const templates = useTemplates(api);
  const [chosen, setChosen] = useState('');
  return (
    <>
      <TemplateChoice templates={templates} value={chosen} onChange={setChosen} />
      <div className="flex justify-end">
        <Button
          look="primary"
          onClick={() => continueCreation({ api, sessions }, creation, chosen === '' ? undefined : chosen)}
        >
          {chosen === '' ? words.leaveEmpty : words.beginIt}
        </Button>
      </div>
    </>
  );
}
