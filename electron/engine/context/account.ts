import { userInfo } from 'node:os';

/**
 * Returns the name of the account that this process runs as. A container may run under an account that no passwd entry
 * names: then the environment's name is returned, or else the account's number.
 */
export function accountName(
  lookUp: () => string = () => userInfo().username,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  try {
    return lookUp();
  } catch {
    return env['USER'] || env['LOGNAME'] || `uid-${process.getuid?.() ?? '?'}`;
  }
}
