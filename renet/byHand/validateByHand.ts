import { EXIT } from '../../shared/errors.ts';
import { countFindings, describeFinding, exitOfFindings } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import { mendsOf } from '../../shared/lint/mends.ts';
import { escaped } from '../../shared/plain.ts';
import type { Text } from '../../shared/text/text.ts';
import type { Agent } from '../agent.ts';
import { runByHand } from './byHand.ts';
import { validateRepository } from '../validate/validate.ts';

/**
 * Runs `renet validate NAME`: prints the findings. With `fix` it first mends what a program can mend, each by a verb of
 * its own. Resolves with the exit code.
 */
export async function validateByHand(
  agent: Agent,
  repository: string,
  text: Text,
  fix: boolean,
): Promise<number> {
  const validate = (): Promise<Finding[]> => validateRepository(agent.machine, agent.run, repository);
  const before = await validate();
  const mends = fix ? mendsOf(before) : [];
  for (const mend of mends) {
    const exit = await runByHand(
      agent,
      { request: { ...mend, repository }, passphraseFile: undefined },
      text,
    );
    if (exit !== EXIT.succeeded) return exit;
  }
  const findings = mends.length > 0 ? await validate() : before;
  if (fix && mends.length === 0) process.stdout.write(`${text.findings.nothingToMend}\n`);
  process.stdout.write(`${findingLines(findings, repository, text).join('\n')}\n`);
  return exitOfFindings(findings);
}

/** Returns a line for each finding, and one that counts them. What names hold is escaped, so that none makes a line more. */
export function findingLines(findings: readonly Finding[], repository: string, text: Text): string[] {
  const lines = findings.map((finding) => {
    const { message, next } = describeFinding(finding, text);
    return `${text.findings.severities[finding.severity]}: ${escaped(`${message} ${next}`)}`;
  });
  return [...lines, escaped(countFindings(findings, repository, text))];
}
