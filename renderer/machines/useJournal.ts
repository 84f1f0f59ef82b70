import { useEffect, useEffectEvent, useState } from 'react';
import type { ApiClient, ApiResult } from '../../shared/api/api.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** How long a new line of the journal waits for others, so that the entries are asked for once. */
const SETTLE_MILLISECONDS = 250;

/** The entries that are wanted: so many of the newest, as far back as so many milliseconds. */
interface EntriesWanted {
  readonly limit: number;
  readonly since: number | undefined;
}

interface Read {
  readonly page?: ApiResult<'journal.read'> | undefined;
  /** What was wanted when the page was asked for. */
  readonly wanted?: EntriesWanted;
  readonly error?: WireError | undefined;
}

/**
 * Returns the entries of a machine's journal, which are asked for again when there are new ones. Nothing is asked for before the
 * program has read the journal, or while it cannot.
 */
export function useJournal(
  api: ApiClient,
  { machine: { context, name }, journal }: Pick<MachineState, 'machine' | 'journal'>,
  { limit, since }: EntriesWanted,
): Pick<Read, 'page' | 'error'> & { readonly isReading: boolean } {
  const [read, setRead] = useState<Read>({});
  const newest = journal?.newest ?? 0;
  const isKnown = journal !== undefined && (journal.error === undefined || newest > 0);
  const isAsWanted = read.wanted?.limit === limit && read.wanted.since === since;
  const delay = useEffectEvent(() => (isAsWanted ? SETTLE_MILLISECONDS : 0));
  useEffect(() => {
    if (!isKnown) return;
    let gone = false;
    const ask = async (): Promise<void> => {
      const wanted = { limit, since };
      try {
        const params = { machine: { context, name }, limit, ...(since !== undefined && { since }) };
        const page = await api.call('journal.read', params);
        if (!gone) setRead({ page, wanted });
      } catch (error) {
        if (!gone) setRead((before) => ({ ...before, wanted, error: toWire(error) }));
      }
    };
    const timer = setTimeout(() => void ask(), delay());
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [api, context, name, limit, since, newest, isKnown]);
  return { page: read.page, error: read.error, isReading: isKnown && !isAsWanted };
}
