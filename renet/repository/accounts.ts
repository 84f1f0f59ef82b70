import { readFile } from 'node:fs/promises';

/** The texts of /etc/passwd and /etc/group (passwd(5), group(5)). */
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
 * Tells whether a group has members other than root and `uid`. Many distributions give each account a group of its own
 * that may write where the account may. A group that is not in the files may have members too, so the answer is true.
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
