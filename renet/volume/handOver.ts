import { chmod, chown, lstat, readdir } from 'node:fs/promises';

/** The entries of a root folder that nobody but mkfs and Rediacc made. */
const MADE = ['lost+found', '.rediacc'];

/** Gives the root folder of a mounted volume to an account, and keeps others out. */
export async function giveRoot(root: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await chown(root, uid, gid);
  await chmod(root, 0o750);
}

/**
 * Tells whether the root folder of a mounted volume is as mkfs made it: root's, 0755, with nothing in it that a person
 * made. A create of an earlier version left it so when the power went before the owner was on disk.
 */
export async function isAsMade(root: string): Promise<boolean> {
  const { uid, gid, mode } = await lstat(root);
  if (uid !== 0 || gid !== 0 || (mode & 0o7777) !== 0o755) return false;
  return (await readdir(root)).every((name) => MADE.includes(name));
}
