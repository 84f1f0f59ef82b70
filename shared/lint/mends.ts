import type { VerbWithOptions } from '../verbs.ts';
import type { Finding } from './findings.ts';

/** The verb that mends each finding that a program can mend by itself; people have to mend the others. */
const MENDS: Readonly<Record<string, VerbWithOptions>> = {
  'network-id-taken': { verb: 'renumber', options: {} },
};

/** Returns the verbs that mend what was found, each once; none where nothing of it can be mended by a program. */
export function mendsOf(findings: readonly Pick<Finding, 'code'>[]): VerbWithOptions[] {
  const verbs = findings.flatMap(({ code }) => (Object.hasOwn(MENDS, code) ? [MENDS[code]] : []));
  return [...new Set(verbs)].filter((mend) => mend !== undefined);
}
