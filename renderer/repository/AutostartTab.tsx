import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { fill, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { AutostartEntry, OperationSummary } from '../../shared/model.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { verdictTone } from '../status/tones.ts';
import { Card } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { useNow } from '../ui/useNow.ts';
import type { RepositoryProps } from './props.ts';
import type { Actions } from './actions.tsx';

/** Shows whether a repository comes back after a reboot, what that depends on, and who agreed to it. */
export function AutostartTab({
  actions,
  ...props
}: RepositoryProps & { readonly actions: Actions }): ReactNode {
  const words = useText().panes.autostart;
  const { enabled } = props.repository.autostart;
  const { entry, error, verify } = useEntry(props);
  return (
    <div className="flex flex-col gap-3.5">
      {error !== undefined && <ErrorBlock error={error} />}
      {entry?.problems.map((problem) => (
        <ErrorBlock key={problem.code} error={problem} />
      ))}
      <Card
        title={words.title}
        actions={
          <>
            {enabled && (
              <Button small onClick={verify}>
                {words.verify}
              </Button>
            )}
            <Button small onClick={enabled ? actions.disableAutostart : actions.enableAutostart}>
              {enabled ? words.disable : words.enable}
            </Button>
          </>
        }
      >
        <Facts {...props} entry={entry} />
      </Card>
    </div>
  );
}

/**
 * Has the machine verify the autostart of a repository when it is shown, and whenever `verify` is called. There is an
 * `entry` only while autostart is enabled; it stays when a later attempt ends with an `error`.
 */
function useEntry({ api, machine, repository }: RepositoryProps): {
  readonly entry: AutostartEntry | undefined;
  readonly error: WireError | undefined;
  readonly verify: () => void;
} {
  const { context, name } = machine.machine;
  const { guid } = repository;
  const { enabled } = repository.autostart;
  const [entry, setEntry] = useState<AutostartEntry>();
  const [error, setError] = useState<WireError>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    const ask = async (): Promise<void> => {
      try {
        const found = await api.call('autostart.verify', { machine: { context, name }, repository: guid });
        if (gone) return;
        setEntry(found);
        setError(undefined);
      } catch (reason) {
        if (!gone) setError(toWire(reason));
      }
    };
    if (enabled) void ask();
    return () => {
      gone = true;
    };
  }, [api, context, name, guid, enabled, turn]);
  return { entry: enabled ? entry : undefined, error, verify: () => setTurn(turn + 1) };
}

/** Shows what is known of a repository's autostart; `entry` is what the machine has verified. */
function Facts({
  machine,
  repository: { guid, autostart },
  entry,
}: RepositoryProps & { readonly entry: AutostartEntry | undefined }): ReactNode {
  const words = useText().panes.autostart;
  const { when } = useFormats();
  const now = useNow();
  const { enabled, lastBoot, lastShutdown } = autostart;
  const consent = entry?.consent;
  return (
    <dl>
      <Line name={words.title}>
        <StateMark tone={enabled ? 'ok' : 'idle'}>{enabled ? words.on : words.off}</StateMark>
      </Line>
      {entry?.problems.length === 0 && (
        <Line name={words.slot}>
          <StateMark tone="ok">{words.verified}</StateMark>
        </Line>
      )}
      {enabled && (
        <Line name={words.key}>
          <span className="font-mono text-sm">
            {machine.machine.datastore}/.credentials/keys/{guid}.key
          </span>
          <span className="ml-3 text-muted">{words.keyDetail}</span>
        </Line>
      )}
      {consent !== undefined && (
        <Line name={words.agreement}>
          {fill(words.consent, { by: consent.by, time: when(Date.parse(consent.at), now) })}
        </Line>
      )}
      <Line name={words.lastBoot}>
        <Result operation={lastBoot} />
      </Line>
      <Line name={words.lastShutdown}>
        <Result operation={lastShutdown} />
      </Line>
    </dl>
  );
}

/** Shows a fact with its name. */
export function Line({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="flex min-h-[37px] items-center gap-4 border-b px-3.5 py-1.5 last:border-b-0">
      <dt className="w-44 shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

function Result({ operation }: { readonly operation: OperationSummary | undefined }): ReactNode {
  const text = useText();
  const { when } = useFormats();
  const now = useNow();
  if (operation === undefined) return <span className="text-muted">{text.panes.autostart.never}</span>;
  return (
    <span className="inline-flex items-center gap-3">
      <StateMark tone={verdictTone(operation.state)}>{text.app.verdicts[operation.state]}</StateMark>
      <span className="text-muted">{when(operation.startedAt, now)}</span>
    </span>
  );
}
