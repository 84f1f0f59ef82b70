import { readFileSync, realpathSync } from 'node:fs';
import { DEFAULT_DATASTORE } from '../shared/datastore.ts';
import { AppError } from '../shared/errors.ts';
import { hasCode } from './host.ts';
import { parseJson } from './json.ts';

/** The file in which setup-machine writes where this machine's datastore is. */
const CONFIGURATION_FILE = '/etc/rediacc/renet.json';

/**
 * Returns the datastore: the one that was asked for, else the one that the set-up wrote, else the default. If it
 * exists, its path is the canonical one, because the kernel names mounts, open files and loop devices so. Throws
 * agent-configuration-damaged for a file that does not name one: the default would be another, empty datastore.
 */
export function datastoreOf(asked: string | undefined, file = CONFIGURATION_FILE): string {
  const datastore = asked ?? configured(file);
  try {
    return realpathSync(datastore);
  } catch {
    // It does not exist yet; a command that needs it says so.
    return datastore;
  }
}

function configured(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return DEFAULT_DATASTORE;
    throw error;
  }
  const parsed = parseJson(text);
  if (
    typeof parsed === 'object' &&
    parsed !== null &&
    'datastore' in parsed &&
    typeof parsed.datastore === 'string' &&
    parsed.datastore.startsWith('/')
  )
    return parsed.datastore;
  throw new AppError('agent-configuration-damaged', { file });
}
