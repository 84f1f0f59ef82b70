import { countFindings, describeFinding, exitOfFindings } from '../../../shared/lint/findings.ts';
import type { Finding } from '../../../shared/lint/findings.ts';
import type { Answer, Call } from '../../call.ts';
import { plain } from '../../terminal/plain.ts';
import type { Paint } from '../../terminal/paint.ts';

/** Validates a repository's files: `repo validate NAME -m M`. The exit code is 0 clean, 10 warnings, 1 errors. */
export async function printValidation(
  call: Call,
  name: string,
  machineName: string | undefined,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const found = await engine.request(machine, 'repository.validate', { repository: name });
  const findings = found.map((finding) => ({ ...finding, ...describeFinding(finding, call.text) }));
  return {
    document: { repository: name, findings },
    lines: [
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
