import { ScrollText, Wrench } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { showPane } from '../state/dockStore.ts';
import { setupPane } from '../state/panes.ts';
import { CheckList } from '../firstRun/CheckList.tsx';
import { useCheck } from '../firstRun/useCheck.ts';
import { useText } from '../i18n/useText.ts';
import { Card, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';

/** Shows what a machine lacks, and the button that sets the machine up. While the set-up runs, shows how far it is. */
export function SetupCard({
  api,
  machine,
}: {
  readonly api: ApiClient;
  readonly machine: MachineState;
}): ReactNode {
  const text = useText();
  const words = text.machines.setup;
  const { setup } = machine;
  const { context, name, user } = machine.machine;
  const key = { context, name };
  const running = setup?.state === 'running';
  const { checks, error: unchecked } = useCheck(api, key, setup);
  const [refused, setRefused] = useState<WireError>();
  const openLog = (): void => showPane(setupPane(key, fill(words.pane, { name })));
  const start = async (): Promise<void> => {
    setRefused(undefined);
    try {
      await api.call('machine.setup', { machine: key });
      openLog();
    } catch (reason) {
      setRefused(toWire(reason));
    }
  };
  const error = refused ?? setup?.error ?? (running ? undefined : unchecked);
  return (
    <>
      <Card
        title={fill(running ? words.running : words.title, { name })}
        actions={
          <>
            {setup !== undefined && (
              <Button small look="quiet" icon={ScrollText} onClick={openLog}>
                {words.log}
              </Button>
            )}
            {!running && (
              <Button small look="primary" icon={Wrench} onClick={() => void start()}>
                {setup === undefined ? words.start : words.again}
              </Button>
            )}
          </>
        }
      >
        <p className="px-3.5 py-2 text-muted">{words.help}</p>
      </Card>
      {error !== undefined && <ErrorBlock error={error} />}
      {checks !== undefined && <CheckList checks={checks} setup={setup} tested={undefined} user={user} />}
      {checks === undefined && error === undefined && (
        <Card>
          <SkeletonRows rows={7} label={words.checking} />
        </Card>
      )}
    </>
  );
}
