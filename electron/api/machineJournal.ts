import type { ApiParams, ApiResult } from '../../shared/api/api.ts';
import type { JournalState } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import { afterDismissal, afterLine, afterReading, awayOf } from '../../shared/journal/away.ts';
import type { Seen } from '../../shared/journal/away.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import type { WireNotice } from '../../shared/notices.ts';
import type { Engine, EventsRequest, MachineReference } from '../engine/engine.ts';
import { createKeptEntries, ENTRIES_KEPT, newestFirst } from './keptEntries.ts';
import type { SeenJournals } from './seenJournals.ts';

/** The journal of one machine that is shown: followed while the machine is connected, whoever looks. */
export interface MachineJournal {
  /** Follows the journal, unless it is followed already. Called whenever the machine is, or may be, connected. */
  connected(): void;
  /** Stops following until the next `connected`. What comes until then is told as what a person missed. */
  lost(): void;
  /** Reads entries for a window, out of memory where they are kept. Rejects with an AppError. */
  read(wanted: JournalWanted): Promise<JournalPage>;
  /** Dismisses what a person missed, up to a line, for good. */
  dismiss(upto: number): Promise<void>;
}

type JournalWanted = Omit<ApiParams<'journal.read'>, 'machine'>;
type JournalPage = ApiResult<'journal.read'>;

export interface JournalDependencies {
  readonly engine: Pick<Engine, 'events'>;
  readonly seenJournals: SeenJournals;
  /** Returns whether somebody can look at a window now. */
  readonly isLooked: () => boolean;
}

/** Makes the journal of a machine. `tell` is called with what windows show of it, whenever that changes. */
export function createMachineJournal(
  { engine, seenJournals, isLooked }: JournalDependencies,
  machine: MachineReference,
  tell: (journal: JournalState) => void,
): MachineJournal {
  const kept = createKeptEntries();
  let notices: readonly WireNotice[] = [];
  let seen: Seen | undefined;
  let isRead = false;
  let following: AbortController | undefined;

  const tellAll = (error?: unknown): void =>
    tell({
      newest: kept.newest(),
      away: seen === undefined ? { entries: [], count: 0, upto: 0 } : awayOf(kept.all(), seen),
      ...(error !== undefined && { error: toWire(error) }),
    });
  const note = (next: Seen): void => {
    if (next !== seen) seenJournals.note(machine, next);
    seen = next;
  };

  /** Reads what was written since the last connection. */
  const catchUp = async (signal: AbortSignal): Promise<void> => {
    const newest = kept.newest();
    // The newest line that is known is asked for as well: without it, the journal has begun anew.
    const after = { limit: ENTRIES_KEPT, after: Math.max(0, newest - 1) };
    const news = isRead ? await readOnce(engine, machine, after, signal) : undefined;
    const isAnew = news === undefined || (newest > 0 && news.entries.length === 0);
    const read = isAnew ? await readOnce(engine, machine, { limit: ENTRIES_KEPT }, signal) : news;
    const before = seen ?? (await seenJournals.read(machine));
    if (signal.aborted) return;
    if (isAnew) kept.restart(read.entries);
    else kept.goOn(read.entries);
    notices = read.notices;
    isRead = true;
    note(afterReading(before, read.entries));
    tellAll();
  };
  const onLine = (line: JournalEntry): void => {
    const before = kept.get(line.entry);
    kept.add(line);
    if (seen !== undefined) note(afterLine(seen, line, { looked: isLooked(), before }));
    tellAll();
  };
  const follow = async (signal: AbortSignal): Promise<void> => {
    await catchUp(signal);
    const request = { follow: true, after: kept.newest(), limit: ENTRIES_KEPT };
    await engine.events(machine, request, { onEntry: onLine }, signal);
  };

  return {
    connected: () => {
      if (following !== undefined) return;
      const own = new AbortController();
      following = own;
      follow(own.signal)
        .catch((error: unknown) => {
          if (!own.signal.aborted) tellAll(error);
        })
        .finally(() => {
          own.abort();
          if (following === own) following = undefined;
        });
    },
    lost: () => {
      following?.abort();
      following = undefined;
    },
    read: async ({ limit, since }) => {
      const page = isRead && since === undefined ? kept.page(limit) : undefined;
      return page === undefined
        ? readJournal(engine, machine, { limit, since })
        : { ...page, notices: [...notices] };
    },
    dismiss: async (upto) => {
      if (seen === undefined) return;
      note(afterDismissal(seen, upto));
      tellAll();
      await seenJournals.keep();
    },
  };
}

/** Reads a page of a machine's journal from the machine. Rejects with an AppError. */
export async function readJournal(
  engine: Pick<Engine, 'events'>,
  machine: MachineReference,
  { limit, since }: JournalWanted,
): Promise<JournalPage> {
  const request = { limit, ...(since !== undefined && { since }) };
  const { entries, notices } = await readOnce(engine, machine, request, new AbortController().signal);
  return { entries: newestFirst(entries), older: entries.length >= limit, notices };
}

async function readOnce(
  engine: Pick<Engine, 'events'>,
  machine: MachineReference,
  request: EventsRequest,
  signal: AbortSignal,
): Promise<{ entries: JournalEntry[]; notices: WireNotice[] }> {
  const entries: JournalEntry[] = [];
  const notices: WireNotice[] = [];
  const reader = {
    onEntry: (entry: JournalEntry) => void entries.push(entry),
    onNotice: (notice: WireNotice) => void notices.push(notice),
  };
  await engine.events(machine, request, reader, signal);
  return { entries, notices };
}
