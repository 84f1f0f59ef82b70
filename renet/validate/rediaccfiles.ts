import { findRediaccfiles } from '../../shared/discovery.ts';
import type { Listing } from '../../shared/discovery.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { findingOfError, findingOfNotice } from '../../shared/lint/findings.ts';
import type { Finding } from '../../shared/lint/findings.ts';
import { checkRediaccfile } from '../functions/syntax.ts';
import { lintFile } from '../repository/folders.ts';
import type { RunCommand } from '../host.ts';

/**
 * Checks the Rediaccfiles of all folders; one bad file does not hide the others. Returns also the folders whose compose
 * files are to be checked.
 */
export async function validateRediaccfiles(
  root: string,
  name: string,
  listings: readonly Listing[],
  run: RunCommand,
): Promise<{ folders: string[]; findings: Finding[] }> {
  const folders: string[] = [];
  const findings: Finding[] = [];
  let seen = 0;
  for (const listing of listings) {
    try {
      const { files, notices } = findRediaccfiles([listing]);
      findings.push(...notices.map((notice) => findingOfNotice(notice)));
      seen += files.length + notices.length;
      for (const { folder, path } of files) {
        folders.push(folder);
        findings.push(...(await validateFile(root, path, run)));
      }
    } catch (error) {
      seen += 1;
      // The folder's compose files are checked all the same.
      if (!folders.includes(listing.folder)) folders.push(listing.folder);
      findings.push(findingOfError(toAppError(error)));
    }
  }
  const nothing = {
    ...findingOfError(new AppError('nothing-to-start', { name, path: root })),
    severity: 'warning' as const,
  };
  return { folders, findings: seen === 0 ? [nothing] : findings };
}

async function validateFile(root: string, path: string, run: RunCommand): Promise<Finding[]> {
  const notices = await lintFile(root, path);
  return [...(await syntaxFindings(root, path, run)), ...notices.map((notice) => findingOfNotice(notice))];
}

/** Checks that bash can read a file, without running any of it. */
async function syntaxFindings(root: string, path: string, run: RunCommand): Promise<Finding[]> {
  try {
    await checkRediaccfile(root, path, run);
    return [];
  } catch (error) {
    return [findingOfError(toAppError(error))];
  }
}
