import { readFile } from 'node:fs/promises';

/** The machine's own accounts and groups, as passwd(5) and group(5) have them. */
interface AccountFiles {
  passwd: string;
  group: string;
}

/** Reads the machine's own accounts and groups. */
export async function readAccounts(): Promise<AccountFiles> {
  const [passwd, group] = await Promise.all(
    ['/etc/passwd', '/etc/group'].map((path) => readFile(path, 'utf8')),
  );
  return { passwd: passwd ?? '', group: group ?? '' };
}

/**
 * Tells whether a group has others in it than root and `uid`. Many distributions give each account a group of its own
 * and let it write there. Of a group that these files do not have nothing is known, and so it may have.
 */
export function groupHasOthers({ passwd, group }: AccountFiles, gid: number, uid: number): boolean {
  const found = recordsOf(group).find((fields) => fields[2] === String(gid));
  if (found === undefined) return true;
  const members = (found[3] ?? '').split(',').filter(Boolean);
  const accounts = recordsOf(passwd);
  const harmless = new Set(
    accounts.filter((fields) => ['0', String(uid)].includes(fields[2] ?? '')).map(([name]) => name),
  );
  const primary = accounts.filter((fields) => fields[3] === String(gid)).map(([name = '']) => name);
  return [...members, ...primary].some((name) => !harmless.has(name));
}

function recordsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':'));
}
