import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { BulkApiRequest, MachineKey } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Dialog } from '../ui/Popups.tsx';
import { useAttempt } from '../ui/useAttempt.ts';
import { previewOf, shownOf, withoutPassphrase } from './bulkView.ts';
import type { TypedPassphrases } from './bulkView.ts';
import { BulkOptions, toRequest } from './BulkOptions.tsx';
import type { ChosenOptions } from './BulkOptions.tsx';
import { PassphraseFields } from './PassphraseFields.tsx';
import { placeName, placeTitle } from './place.ts';
import { PreviewSection } from './PreviewSection.tsx';
import { useBulkPlan } from './useBulkPlan.ts';

interface BulkDialogProps {
  readonly api: ApiClient;
  readonly verb: BulkApiRequest['verb'];
  readonly machines: readonly MachineKey[];
  readonly onClose: () => void;
  /** Called with the id of the bulk verb once it runs. */
  readonly onStarted: (bulk: string) => void;
}

/**
 * Shows a bulk verb before it runs: its options, the plan that the machines made for every repository, the passphrases
 * and the name that are still needed, and the button that runs exactly that plan.
 */
export function BulkDialog({ api, verb, machines, onClose, onStarted }: BulkDialogProps): ReactNode {
  const text = useText();
  const words = text.machines.bulk;
  const { plural, number } = useFormats();
  const [options, setOptions] = useState<ChosenOptions>({ concurrency: 1 });
  const [typed, setTyped] = useState<TypedPassphrases>({ mode: 'one', one: '', each: {} });
  const [name, setName] = useState('');
  const { busy, error: refused, run } = useAttempt();
  const expected = placeName(machines);
  const request = toRequest(verb, machines, options);
  const { plan, error, again } = useBulkPlan(api, request);
  const { targets, locked } = previewOf(plan?.items ?? []);
  const takesAway = verb === 'down' || verb === 'autostart-disable';
  const consented = verb !== 'autostart-enable' || withoutPassphrase(locked, typed) < locked.length;
  const ready = !busy && targets.length > 0 && consented && (!takesAway || name === expected);

  const problem = refused ?? error;
  const start = async (): Promise<void> => {
    const forAll = typed.mode === 'one' && locked.length > 0 && typed.one !== '';
    const shown = shownOf({ targets, locked }, typed);
    const started = await api.call('bulk.start', {
      ...{ request, shown },
      ...(forAll && { passphrase: typed.one }),
    });
    onStarted(started.bulk);
  };

  return (
    <Dialog
      wide
      title={fill(words.titles[verb], { where: placeTitle(machines, text) })}
      onClose={onClose}
      footer={
        <Footer again={again} onClose={onClose}>
          <Button look={takesAway ? 'danger' : 'primary'} disabled={!ready} onClick={() => run(start)}>
            {fill(words.run[verb][plural(targets.length)], { count: number(targets.length) })}
          </Button>
        </Footer>
      }
    >
      {verb === 'autostart-enable' && (
        <p className="rounded-md border border-warn bg-warn-soft px-3 py-2.5">
          {text.securityNotes.autostart}
        </p>
      )}
      <BulkOptions verb={verb} options={options} onChange={setOptions} />
      {problem !== undefined && <ErrorBlock error={problem} />}
      <PreviewSection plan={plan} failed={error !== undefined} several={machines.length > 1} />
      {locked.length > 0 && (
        <PassphraseFields {...{ locked, typed }} several={machines.length > 1} onChange={setTyped} />
      )}
      {takesAway && targets.length > 0 && (
        <Field
          label={fill(words.typeName, { name: expected })}
          mono
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      )}
    </Dialog>
  );
}

function Footer({
  again,
  onClose,
  children,
}: {
  readonly again: () => void;
  readonly onClose: () => void;
  /** The button that runs the verb. */
  readonly children: ReactNode;
}): ReactNode {
  const text = useText();
  return (
    <>
      <Button look="quiet" className="mr-auto" icon={RefreshCw} onClick={again}>
        {text.machines.bulk.again}
      </Button>
      <Button look="quiet" onClick={onClose}>
        {text.app.cancel}
      </Button>
      {children}
    </>
  );
}
