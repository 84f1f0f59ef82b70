import { readFileSync, realpathSync } from 'node:fs';
import { DEFAULT_DATASTORE } from '../shared/datastore.ts';
import { hasCode } from './host.ts';

/** The file in which setup-machine writes where this machine's datastore is. */
const CONFIGURATION_FILE = '/etc/rediacc/renet.json';

/**
 * Returns the datastore: the one that was asked for, else the one that the set-up wrote, else the default. If it
 * exists, its path is the canonical one, because the kernel names mounts, open files and loop devices so.
 */
export function datastoreOf(asked: string | undefined): string {
  const datastore = asked ?? configured();
  try {
    return realpathSync(datastore);
  } catch {
    // It does not exist yet; a command that needs it says so.
    return datastore;
  }
}

function configured(): string {
  try {
    const parsed: unknown = JSON.parse(readFileSync(CONFIGURATION_FILE, 'utf8'));
    if (
      typeof parsed === 'object' &&
      parsed !== null &&
      'datastore' in parsed &&
      typeof parsed.datastore === 'string'
    ) {
      return parsed.datastore;
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  return DEFAULT_DATASTORE;
}
