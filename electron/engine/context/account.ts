import { userInfo } from 'node:os';

/**
 * Returns the name of the account that this process runs as. A container gives an account of its own that no passwd
 * entry names: then what the environment says, else its number.
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
