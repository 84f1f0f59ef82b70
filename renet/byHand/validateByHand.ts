import { countFindings, describeFinding, exitOfFindings } from '../../shared/lint/findings.ts';
import type { Text } from '../../shared/text/text.ts';
import type { Agent } from '../agent.ts';
import { validateRepository } from '../validate/validate.ts';

/** Runs `renet validate NAME`: prints the findings. Resolves with the exit code. */
export async function validateByHand(agent: Agent, repository: string, text: Text): Promise<number> {
  const findings = await validateRepository(agent.machine, agent.run, repository);
  for (const finding of findings) {
    const { message, next } = describeFinding(finding, text);
    process.stdout.write(`${text.findings.severities[finding.severity]}: ${message} ${next}\n`);
  }
  process.stdout.write(`${countFindings(findings, repository, text)}\n`);
  return exitOfFindings(findings);
}
