import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api.ts';
import { fill } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Blocks.tsx';

/** A host that ~/.ssh/config names. */
export type ImportableHost = ApiResult<'contexts.importable'>[number];

/** The hosts of ~/.ssh/config, each one click from the form; nothing where there is none. */
export function ImportList({
  api,
  ownKey,
  onChoose,
}: {
  readonly api: ApiClient;
  /** The key of the context that a machine is added to. */
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
          const foreign = usesOtherKey(host, ownKey);
          return (
            <li key={host.alias} className="flex h-[39px] items-center gap-3 border-b px-3.5 last:border-b-0">
              <b className="font-semibold">{host.alias}</b>
              <span className="truncate font-mono text-sm text-muted">
                {host.user}@{host.host}
                {host.port === 22 ? '' : `:${host.port}`}
              </span>
              {foreign && <span className="truncate text-sm text-muted">{words.otherKey}</span>}
              <Button
                small
                className="ml-auto"
                disabled={foreign}
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

/** A context has one key. */
export function usesOtherKey({ sshKey }: ImportableHost, ownKey: string | undefined): boolean {
  return ownKey !== undefined && sshKey !== undefined && sshKey !== ownKey;
}

/** The hosts that could be imported; none until the program has answered. */
export function useImportable(api: ApiClient): ApiResult<'contexts.importable'> {
  const [hosts, setHosts] = useState<ApiResult<'contexts.importable'>>([]);
  useEffect(() => {
    let gone = false;
    void api
      .call('contexts.importable', {})
      .then((found) => gone || setHosts(found))
      // A machine can be typed all the same.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [api]);
  return hosts;
}
