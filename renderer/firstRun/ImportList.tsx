import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { useImportable } from '../contexts/importable.ts';
import type { ImportableHost } from '../contexts/importable.ts';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Blocks.tsx';

/** Shows the hosts of ~/.ssh/config, each with a button that fills the form. Shows nothing where there are no hosts. */
export function ImportList({
  api,
  ownKey,
  onChoose,
}: {
  readonly api: ApiClient;
  /** The key of the context that the machine is added to. */
  readonly ownKey: string | undefined;
  readonly onChoose: (host: ImportableHost) => void;
}): ReactNode {
  const words = useText().firstRun.host;
  const hosts = useImportable(api);
  if (hosts.length === 0) return null;
  return (
    <Card title={words.importable} detail={hosts.length}>
      <ul className="max-h-[156px] overflow-y-auto">
        {hosts.map((host) => {
          const unfit = unfitFor(ownKey, host);
          return (
            <li key={host.alias} className="flex h-[39px] items-center gap-3 border-b px-3.5 last:border-b-0">
              <b className="font-semibold">{host.alias}</b>
              <span className="truncate font-mono text-sm text-muted">
                {host.user}@{host.host}
                {host.port === 22 ? '' : `:${host.port}`}
              </span>
              {unfit !== undefined && <span className="truncate text-sm text-muted">{words[unfit]}</span>}
              <Button
                small
                className="ml-auto"
                disabled={unfit !== undefined}
                aria-label={fill(words.useNamed, { alias: host.alias })}
                onClick={() => onChoose(host)}
              >
                {words.use}
              </Button>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

/** Returns why a host cannot be chosen, or undefined when it can. */
function unfitFor(
  ownKey: string | undefined,
  { sshKey, throughOther }: ImportableHost,
): 'otherKey' | 'through' | undefined {
  if (throughOther) return 'through';
  return ownKey !== undefined && sshKey !== undefined && sshKey !== ownKey ? 'otherKey' : undefined;
}
