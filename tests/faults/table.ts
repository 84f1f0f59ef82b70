import type { FaultResult } from './faults.ts';

const COLUMNS = ['verb', 'point', 'fault', 'told', 'state left', 'second try', 'lost'] as const;

/** Returns one result as a line of a table in Markdown; what must not be stands in bold in the place of what is lost. */
export function tableLine({ verb, point, fault, told, left, again, lost, wrong }: FaultResult): string {
  const cells = [
    verb,
    point,
    fault,
    told,
    left,
    again,
    wrong.length === 0 ? lost : `**${wrong.join('; ')}**`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** Returns the head of the table. */
export function tableHead(): string {
  return `| ${COLUMNS.join(' | ')} |\n|${' --- |'.repeat(COLUMNS.length)}`;
}

/** Returns the whole table, in which the points of a verb after which the same was seen share a line. */
export function wholeTable(results: readonly FaultResult[]): string {
  const groups = new Map<string, FaultResult[]>();
  for (const result of results) {
    const group = JSON.stringify({ ...result, point: '' });
    groups.set(group, [...(groups.get(group) ?? []), result]);
  }
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const points = group.map(({ point }) => point).join(', ');
    return [
      tableLine({ ...first, point: group.length === 1 ? points : `${group.length} points: ${points}` }),
    ];
  });
  return [tableHead(), ...lines, ''].join('\n');
}
