import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import type { ApiClient } from '../../../shared/api/api.ts';
import type { MachineState } from '../../../shared/api/apiModel.ts';
import { fill } from '../../../shared/errors.ts';
import { useFormats, useText } from '../../i18n/useText.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox, Field } from '../../ui/Controls.tsx';
import { useKeychain } from '../useKeychain.ts';
import type { NewRepository } from './creations.ts';
import { repositoryProblems, sizeOf } from './form.ts';
import type { RepositoryDraft, Room } from './form.ts';
import { TemplateChoice } from './TemplateChoice.tsx';
import { useTemplates } from './useTemplates.ts';

const NEW: RepositoryDraft = {
  name: '',
  size: '10G',
  passphrase: '',
  repeat: '',
  remember: false,
  template: 'one',
};

/** Shows the form for a new repository: name, size, passphrase and template. */
export function RepositoryForm({
  api,
  machine,
  leave,
  onSubmit,
}: {
  readonly api: ApiClient;
  readonly machine: MachineState;
  /** The button that leaves without making a repository. */
  readonly leave: ReactNode;
  readonly onSubmit: (wanted: NewRepository) => void;
}): ReactNode {
  const text = useText();
  const words = text.creation;
  const formats = useFormats();
  const [draft, setDraft] = useState(NEW);
  const [tried, setTried] = useState(false);
  const templates = useTemplates(api);
  // Until the program has answered, and where it does not know the chosen template, the choice is nothing.
  const template = templates.some((one) => one.template === draft.template) ? draft.template : '';
  const keychain = useKeychain(api);
  const room = roomOf(machine);
  const problems = repositoryProblems(draft, room, text, formats);
  const shown = tried ? problems : {};
  const change = (next: Partial<RepositoryDraft>): void => setDraft({ ...draft, ...next });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    const size = sizeOf(draft.size);
    if (Object.keys(problems).length > 0 || size === undefined) return;
    const { name, passphrase, remember } = draft;
    onSubmit({ name, size, passphrase, remember, ...(template !== '' && { template }) });
  };

  return (
    <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
      <DraftFields draft={draft} problems={shown} room={room} onChange={change} />
      {keychain === 'available' && (
        <Checkbox checked={draft.remember} onChange={(remember) => change({ remember })}>
          {text.panes.confirm.remember}
        </Checkbox>
      )}
      <TemplateChoice
        templates={templates}
        value={template}
        onChange={(chosen) => change({ template: chosen })}
      />
      <div className="flex items-center gap-2">
        {leave}
        <Button type="submit" look="primary" className="ml-auto">
          {template === '' ? words.create : words.createAndUp}
        </Button>
      </div>
    </form>
  );
}

/** Shows the fields of a new repository's name, size and passphrase. */
function DraftFields({
  draft,
  problems,
  room,
  onChange,
}: {
  readonly draft: RepositoryDraft;
  readonly problems: ReturnType<typeof repositoryProblems>;
  readonly room: Room;
  readonly onChange: (next: Partial<RepositoryDraft>) => void;
}): ReactNode {
  const words = useText().creation;
  const field = (name: 'name' | 'size' | 'passphrase' | 'repeat') => ({
    value: draft[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
    error: problems[name],
  });
  return (
    <div className="grid gap-4 min-[720px]:grid-cols-2">
      <Field label={words.name} help={words.nameHelp} mono autoFocus {...field('name')} />
      <Field label={words.size} help={<SizeHelp room={room} />} mono {...field('size')} />
      <Field
        label={words.passphrase}
        help={words.passphraseHelp}
        type="password"
        {...field('passphrase')}
        autoComplete="new-password"
      />
      <Field label={words.repeat} type="password" {...field('repeat')} autoComplete="new-password" />
    </div>
  );
}

function SizeHelp({ room: { free, datastore } }: { readonly room: Room }): ReactNode {
  const words = useText().creation;
  const { size } = useFormats();
  if (free === undefined) return words.sizeHelp;
  return `${fill(words.free, { free: size(free), path: datastore })} ${words.sizeHelp}`;
}

function roomOf({ machine, metrics, info, repositories = [] }: MachineState): Room {
  return {
    machine: machine.name,
    datastore: machine.datastore,
    free: (metrics.at(-1)?.datastore ?? info?.datastore)?.available,
    names: repositories.map(({ name }) => name),
  };
}
