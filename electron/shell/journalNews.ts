import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Away } from '../../shared/journal/away.ts';
import { entryText } from '../../shared/journal/entryText.ts';
import type { Text } from '../../shared/text/text.ts';

/** What broke on one or several machines while nobody looked: one notification for all of it. */
export interface JournalNews {
  readonly machines: readonly MachineKey[];
  readonly entries: Away['entries'];
}

type Machines = readonly Pick<MachineState, 'machine' | 'journal'>[];

/**
 * Returns what is broken (level error, or worse) among what a person missed, and was not there before. Operations have
 * notifications of their own. Undefined where there is nothing.
 */
export function brokenBetween(before: Machines, after: Machines): JournalNews | undefined {
  const found = after.flatMap(({ machine: { context, name }, journal }) => {
    const earlier = before.find(({ machine }) => machine.context === context && machine.name === name);
    const known = new Set(earlier?.journal?.away.entries.map(({ entry }) => entry));
    const entries = (journal?.away.entries ?? []).filter(
      ({ entry, kind, level }) =>
        (level === 'error' || level === 'critical') && kind !== 'operation-ended' && !known.has(entry),
    );
    return entries.length === 0 ? [] : [{ machine: { context, name }, entries }];
  });
  if (found.length === 0) return undefined;
  return {
    machines: found.map(({ machine }) => machine),
    entries: found.flatMap(({ entries }) => entries),
  };
}

/** Adds later news to those that wait to be shown. */
export function mergeNews(a: JournalNews | undefined, b: JournalNews): JournalNews {
  if (a === undefined) return b;
  const isKnown = ({ context, name }: MachineKey): boolean =>
    a.machines.some((one) => one.context === context && one.name === name);
  return {
    machines: [...a.machines, ...b.machines.filter((one) => !isKnown(one))],
    entries: [...a.entries, ...b.entries],
  };
}

/** Returns the title and the body of the system's notification: what happened, or how much of it where. */
export function journalNewsText(
  { machines, entries }: JournalNews,
  text: Text,
): { title: string; body: string } {
  const words = text.shell.notification;
  const names = machines.map(({ name }) => name).join(', ');
  const [first] = entries;
  if (first === undefined || entries.length > 1)
    return {
      title: fill(words.trouble, { machine: names }),
      body: fill(words.broke, { count: entries.length }),
    };
  return { title: fill(words.trouble, { machine: names }), body: entryText(first, text).what };
}
