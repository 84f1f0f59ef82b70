import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { fill } from '../../shared/errors.ts';
import { isValidName } from '../../shared/names.ts';
import type { Context } from '../../shared/model.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { Empty } from '../ui/Blocks.tsx';
import { Checkbox } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { FormDialog } from '../ui/FormDialog.tsx';
import { useAttempt } from '../ui/useAttempt.ts';
import { useImportable } from './importable.ts';
import type { ImportableHost } from './importable.ts';

type Reason = 'already' | 'bad-name' | 'other-key' | 'through-other';

/** Shows the hosts of ~/.ssh/config and imports those that a person leaves ticked as machines of a context. */
export function ImportDialog({
  api,
  context,
  onClose,
}: {
  readonly api: ApiClient;
  readonly context: Context;
  readonly onClose: () => void;
}): ReactNode {
  const words = useText().contexts;
  const { plural } = useFormats();
  const hosts = useImportable(api);
  const [left, setLeft] = useState<readonly string[]>([]);
  const { busy, error, run } = useAttempt();
  const listed = hosts.map((host) => ({ host, reason: reasonOf(host, context) }));
  const chosen = listed.filter(({ host, reason }) => reason === undefined && !left.includes(host.alias));
  const aliases = chosen.map(({ host }) => host.alias);
  const toggle = (alias: string, on: boolean): void =>
    setLeft(on ? left.filter((one) => one !== alias) : [...left, alias]);
  return (
    <FormDialog
      title={fill(words.importTitle, { context: context.name })}
      action={fill(words.importAction[plural(aliases.length)], { count: aliases.length })}
      ready={aliases.length > 0 && !busy}
      onClose={onClose}
      onConfirm={() =>
        run(() => api.call('contexts.import', { context: context.name, hosts: aliases }), onClose)
      }
    >
      {hosts.length === 0 ? (
        <Empty icon={Download} title={words.importNone}>
          {words.importNoneHelp}
        </Empty>
      ) : (
        <>
          <p className="text-muted">{words.importHelp}</p>
          <ul className="rounded-md border">
            {listed.map(({ host, reason }) => (
              <HostLine
                key={host.alias}
                host={host}
                reason={reason}
                chosen={aliases.includes(host.alias)}
                onChoose={(on) => toggle(host.alias, on)}
              />
            ))}
          </ul>
        </>
      )}
      {error !== undefined && <ErrorBlock error={error} />}
    </FormDialog>
  );
}

/** Shows one host: to choose, or with the reason why it cannot be chosen. */
function HostLine({
  host,
  reason,
  chosen,
  onChoose,
}: {
  readonly host: ImportableHost;
  readonly reason: Reason | undefined;
  readonly chosen: boolean;
  readonly onChoose: (on: boolean) => void;
}): ReactNode {
  const { cli } = useText();
  return (
    <li className="flex min-h-[36px] items-center gap-3 border-b px-3 last:border-b-0">
      {reason === undefined ? (
        <Checkbox checked={chosen} onChange={onChoose}>
          {host.alias}
        </Checkbox>
      ) : (
        <span className="pl-[26px] text-muted">{host.alias}</span>
      )}
      <span className="truncate font-mono text-sm text-muted">
        {host.user}@{host.host}
        {host.port === 22 ? '' : `:${host.port}`}
      </span>
      {reason !== undefined && (
        <span className="ml-auto text-sm text-muted">{cli.importReasons[reason]}</span>
      )}
    </li>
  );
}

/** Returns why a host cannot become a machine of the context, by the rules that the program applies as well. */
function reasonOf({ name, sshKey, throughOther }: ImportableHost, context: Context): Reason | undefined {
  if (!isValidName(name)) return 'bad-name';
  if (context.machines.some((known) => known.name === name)) return 'already';
  if (throughOther) return 'through-other';
  return sshKey === undefined || sshKey === context.sshKey ? undefined : 'other-key';
}
