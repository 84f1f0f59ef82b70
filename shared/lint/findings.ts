import * as z from 'zod';
import { EXIT, fill, spoken } from '../errors.ts';
import type { AppError, ExitCode } from '../errors.ts';
import type { Notice } from '../notices.ts';
import type { Text } from '../text/text.ts';

/**
 * A finding of `repository.validate`. `error`: something does not work, or data are in danger; `warning`: something
 * should be changed; `information`: something worth knowing. `details` have `file` and `line` where the finding has a
 * place.
 */
export const findingSchema = z.object({
  severity: z.enum(['error', 'warning', 'information']),
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Finding = z.infer<typeof findingSchema>;

/** Makes a finding of an error that an operation would end with. */
export function findingOfError({ code, details }: Pick<AppError, 'code' | 'details'>): Finding {
  return { severity: 'error', code, details };
}

/** Makes a finding of a notice: a warning, unless another severity is given. */
export function findingOfNotice(notice: Notice, severity: Finding['severity'] = 'warning'): Finding {
  return { severity, ...notice };
}

/** Sorts findings, the worst first and otherwise in the order in which they were found, each once. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const { options } = findingSchema.shape.severity;
  const each = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return [...each.values()].sort((a, b) => options.indexOf(a.severity) - options.indexOf(b.severity));
}

/**
 * Returns the sentence and the advice for a finding, in the language of `text`; for an unknown code, the code itself.
 */
export function describeFinding(
  { code, details }: Pick<Finding, 'code' | 'details'>,
  text: Text,
): { message: string; next: string } {
  const { own, fixes } = text.findings;
  const whole = entryOf(own, code) ?? entryOf(text.errors, code);
  const { message, next } = whole ?? {
    message: entryOf(text.notices, code) ?? code,
    next: entryOf(fixes, code) ?? '',
  };
  const words = spoken(details, text);
  return { message: fill(message, words), next: fill(next, words) };
}

/**
 * Returns the last line of a report: the number of errors and warnings, or that there are none. `name`: the
 * repository's.
 */
export function countFindings(findings: readonly Finding[], name: string, text: Text): string {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const counts = { name, errors: count('error'), warnings: count('warning') };
  const { clean, counted } = text.findings;
  return fill(counts.errors + counts.warnings === 0 ? clean : counted, counts);
}

function entryOf<Entry>(table: Readonly<Record<string, Entry>>, code: string): Entry | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** Returns the exit code for findings. Information alone counts as success. */
export function exitOfFindings(findings: readonly Pick<Finding, 'severity'>[]): ExitCode {
  if (findings.some(({ severity }) => severity === 'error')) return EXIT.failed;
  return findings.some(({ severity }) => severity === 'warning') ? EXIT.warnings : EXIT.succeeded;
}
