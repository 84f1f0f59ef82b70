import type { MachineState } from '../../shared/api/apiModel.ts';
import type { Away } from '../../shared/journal/away.ts';
import { mattersFirst } from '../../shared/journal/order.ts';

/** The entries of a machine that are shown of what a person missed, and the machines that are shown before a person asks. */
const ENTRIES_SHOWN = 3;
const MACHINES_SHOWN = 3;

/** What a person missed on one machine. */
export interface AwayGroup {
  readonly machine: MachineState;
  readonly entries: Away['entries'];
  /** How many entries there are besides. */
  readonly more: number;
  readonly upto: number;
}

/**
 * Returns what a person missed, by machine, the one with what matters most first. `hidden`: how many machines are left out of
 * `shown`, unless all of them are wanted.
 */
export function awayGroups(
  machines: readonly MachineState[],
  { all }: { readonly all: boolean },
): { readonly groups: readonly AwayGroup[]; readonly shown: readonly AwayGroup[]; readonly hidden: number } {
  const groups = machines
    .flatMap((machine): AwayGroup[] => {
      const { entries, count, upto } = machine.journal?.away ?? { entries: [], count: 0, upto: 0 };
      const first = entries.slice(0, ENTRIES_SHOWN);
      return count === 0 ? [] : [{ machine, entries: first, more: count - first.length, upto }];
    })
    .sort(byWhatMatters);
  const shown = all ? groups : groups.slice(0, MACHINES_SHOWN);
  return { groups, shown, hidden: groups.length - shown.length };
}

/** Compares by the first entries. Numbers of entries are each machine's own: between machines the later one is the newer. */
function byWhatMatters({ entries: [a] }: AwayGroup, { entries: [b] }: AwayGroup): number {
  if (a === undefined || b === undefined) return 0;
  const even = { entry: 0 };
  return mattersFirst({ ...a, ...even }, { ...b, ...even }) || b.began.at - a.began.at;
}
