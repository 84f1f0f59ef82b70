import type { Reading } from './readings.ts';

/** The refusals that a rule of ours names (docs/decisions/compose-networks.md, bounded-yaml.md). */
const RULES: readonly string[] = ['compose-network', 'unsafe-path', 'file-too-large', 'file-too-complex'];

/** How two readings of a file compare. The last two must not be. */
export type Outcome =
  | 'the same services'
  | 'refused by both'
  | 'refused by Compose alone'
  | `refused by rule: ${string}`
  | 'DIFFERENT SERVICES'
  | 'REFUSED, BUT NOT BY RULE';

export interface Compared {
  readonly file: string;
  readonly outcome: Outcome;
  readonly ours: Reading;
  readonly theirs: Reading;
}

/** Compares our reading of a file with Compose's. A rule counts only where the services are the same too. */
export function compareReadings(ours: Reading, theirs: Reading): Outcome {
  if ('code' in theirs) return 'code' in ours ? 'refused by both' : 'refused by Compose alone';
  if ('code' in ours)
    return RULES.includes(ours.code) ? `refused by rule: ${ours.code}` : 'REFUSED, BUT NOT BY RULE';
  if (ours.services.join('\n') !== theirs.services.join('\n')) return 'DIFFERENT SERVICES';
  return ours.rule === undefined ? 'the same services' : `refused by rule: ${ours.rule}`;
}

/** Tells whether an outcome must not be: a file that Compose accepts is refused without a rule, or read otherwise. */
export function isWrong(outcome: Outcome): boolean {
  return outcome === 'DIFFERENT SERVICES' || outcome === 'REFUSED, BUT NOT BY RULE';
}

/** Returns a report's lines: how many files have each outcome, then each file that must not be so. */
export function reportLines(compared: readonly Compared[]): string[] {
  const counts = new Map<Outcome, number>();
  for (const { outcome } of compared) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const table = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...table.map(([outcome, count]) => `  ${String(count).padStart(6)}  ${outcome}`),
    ...compared.filter(({ outcome }) => isWrong(outcome)).flatMap(differenceLines),
  ];
}

function differenceLines({ file, outcome, ours, theirs }: Compared): string[] {
  return [`${outcome}: ${file}`, `    ours:    ${shown(ours)}`, `    Compose: ${shown(theirs)}`];
}

function shown(reading: Reading): string {
  return 'code' in reading ? `${reading.code} ${reading.message}` : reading.services.join(' ') || '(none)';
}
