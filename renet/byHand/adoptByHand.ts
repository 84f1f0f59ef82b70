import { fill } from '../../shared/errors.ts';
import { exitOfFindings } from '../../shared/lint/findings.ts';
import { escaped } from '../../shared/plain.ts';
import type { Text } from '../../shared/text/text.ts';
import { adoptRepository } from '../adopt/adoptRepository.ts';
import type { Agent } from '../agent.ts';
import { findingLines } from './validateByHand.ts';

/**
 * Runs `renet adopt NAME [--write]`: prints what has to change as a unified diff, then what a person has to decide. Resolves
 * with the exit code, which is that of the findings.
 */
export async function adoptByHand(
  { machine }: Agent,
  repository: string,
  text: Text,
  write: boolean,
): Promise<number> {
  const { changes, findings } = await adoptRepository(machine, repository, write);
  const { adopt } = text.findings;
  const name = { name: repository };
  const end = write
    ? changes.map(({ path }) => fill(adopt.written, { file: path }))
    : changes.length > 0
      ? [fill(adopt.preview, name)]
      : [];
  const lines = [
    ...changes.flatMap(({ diff }) => diff.map(shown)),
    ...(changes.length === 0 ? [escaped(fill(adopt.nothing, name))] : []),
    ...findingLines(findings, repository, text),
    ...end.map(escaped),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return exitOfFindings(findings);
}

/** Returns a line of the diff with its tabs, and without a sign that would lead a terminal elsewhere. */
function shown(line: string): string {
  return line.replace(/\r$/, '').split('\t').map(escaped).join('\t');
}
