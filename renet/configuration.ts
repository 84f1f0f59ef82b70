import { readFile, realpath } from 'node:fs/promises';
import { DEFAULT_DATASTORE } from '../shared/datastore.ts';
import { AppError } from '../shared/errors.ts';
import { hasCode } from './host.ts';
import { parseJson } from './json.ts';
import { onceEach, within } from './silence.ts';

/** The file in which setup-machine writes where this machine's datastore is. */
const CONFIGURATION_FILE = '/etc/rediacc/renet.json';

/** The time in which a datastore has to tell its canonical path; a disk that spins up takes seconds. */
const ANSWER_MILLISECONDS = 15_000;

/**
 * Returns the datastore: the one that was asked for, else the one that the set-up wrote, else the default. If it
 * exists, its path is the canonical one, because the kernel names mounts, open files and loop devices so. Throws
 * agent-configuration-damaged for a file that does not name one: the default would be another, empty datastore.
 */
export async function datastoreOf(asked: string | undefined, file = CONFIGURATION_FILE): Promise<string> {
  const datastore = asked ?? (await configured(file));
  try {
    return await within(ANSWER_MILLISECONDS, datastore, canonical(datastore));
  } catch {
    // It does not exist yet, or its disk hangs; a command that needs it says so.
    return datastore;
  }
}

/** Looks up a canonical path; one that hangs is looked up once, however often it is joined. */
const canonical = onceEach((path) => realpath(path));

async function configured(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
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
