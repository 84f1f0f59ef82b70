import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const CASES = join(import.meta.dirname, '../wild/cases');

/** Returns the files of a repository as somebody wrote it, by path; `name` is a folder of tests/wild/cases. */
export function wildCase(name: string): Record<string, string> {
  const root = join(CASES, name, 'repo');
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(root, path), readFileSync(path, 'utf8')]));
}
