import { EXIT } from '../../../shared/errors.ts';
import { countFindings, describeFinding, exitOfFindings } from '../../../shared/lint/findings.ts';
import type { Finding } from '../../../shared/lint/findings.ts';
import { mendsOf } from '../../../shared/lint/mends.ts';
import type { Answer, Call } from '../../call.ts';
import { plain } from '../../../shared/plain.ts';
import type { Paint } from '../../terminal/paint.ts';
import { startAndFollow } from '../startAndFollow.ts';
import type { MachineOption } from '../words.ts';

/** The options of `repo validate`. */
export interface ValidateOptions extends MachineOption {
  readonly fix?: boolean;
}

/**
 * Validates a repository: `repo validate NAME [--fix] -m M`. With `--fix` it first mends what a program can mend, each by
 * an operation. The exit code is 0 clean, 10 warnings, 1 errors, and that of an operation that did not succeed.
 */
export async function printValidation(
  call: Call,
  name: string,
  { machine: machineName, fix = false }: ValidateOptions,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const validate = () => engine.request(machine, 'repository.validate', { repository: name });
  const before = await validate();
  const mends = fix ? mendsOf(before) : [];
  for (const mend of mends) {
    const answer = await startAndFollow(call, machine, { ...mend, repository: name });
    if (answer.exit !== EXIT.succeeded) return answer;
  }
  const found = mends.length > 0 ? await validate() : before;
  const findings = found.map((finding) => ({ ...finding, ...describeFinding(finding, call.text) }));
  return {
    document: { repository: name, findings, ...(fix && { fixed: mends.map(({ verb }) => verb) }) },
    lines: [
      ...(fix && mends.length === 0 ? [call.text.findings.nothingToMend] : []),
      ...findings.flatMap(({ severity, message, next }) => [
        `${mark(severity, call.paint)} ${plain(message)}`,
        ...(next === '' ? [] : [`  ${call.paint.bold('→')} ${plain(next)}`]),
      ]),
      plain(countFindings(found, name, call.text)),
    ],
    exit: exitOfFindings(found),
  };
}

function mark(severity: Finding['severity'], paint: Paint): string {
  if (severity === 'information') return paint.faint('·');
  return severity === 'warning' ? paint.amber('!') : paint.red('✗');
}
