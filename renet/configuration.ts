import { readFileSync, realpathSync } from 'node:fs';
import { DEFAULT_DATASTORE } from '../shared/datastore.ts';
import { hasCode } from './host.ts';

/** Written by setup-machine: where this machine's datastore is. */
const CONFIGURATION_FILE = '/etc/rediacc/renet.json';

/**
 * Returns the datastore: what was asked for, else what the set-up wrote, else the default. As the kernel names it where
 * it exists: mounts, open files and loop devices are told by their canonical paths, whatever links lead to them.
 */
export function datastoreOf(asked: string | undefined): string {
  const datastore = asked ?? configured();
  try {
    return realpathSync(datastore);
  } catch {
    // It is yet to be made, or whoever needs it says what is wrong with it.
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
