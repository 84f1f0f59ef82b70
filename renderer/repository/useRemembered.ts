import { useEffect, useState } from 'react';
import type { RepositoryProps } from './props.ts';

/** Returns whether this computer remembers the passphrase of a repository, and the function that makes it forget. */
export function useRemembered({ api, machine, repository: { guid } }: RepositoryProps): {
  readonly remembered: boolean;
  readonly forget: () => void;
} {
  const { context, name } = machine.machine;
  const [guids, setGuids] = useState<readonly string[]>([]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    void api
      .call('passphrase.remembered', { machine: { context, name } })
      .then((found) => {
        // What is kept for another machine is forgotten there.
        const here = found.filter(({ withheld }) => withheld !== 'machine');
        if (!gone) setGuids(here.map((one) => one.guid));
      })
      // Without an answer, forgetting is not offered.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [api, context, name, turn]);
  return {
    remembered: guids.includes(guid),
    forget: () =>
      void api
        .call('passphrase.forget', { machine: { context, name }, guid })
        .catch(() => undefined)
        .finally(() => setTurn((before) => before + 1)),
  };
}
