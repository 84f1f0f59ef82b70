import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { projectReader } from '../../renet/compose/composeFiles.ts';
import { networkDecision } from '../../shared/compose/composeServices.ts';
import { AppError } from '../../shared/errors.ts';

/**
 * What one reading makes of a compose file: its services with all profiles, sorted; or the refusal, by the code of an
 * AppError or by Compose's words. `rule`: the rule by which its services are refused although they were found.
 */
export type Reading =
  | { readonly services: readonly string[]; readonly rule?: string }
  | { readonly code: string; readonly message: string };

/** The variables that both readings are given. */
type Variables = Readonly<Record<string, string>>;

/** Only against a Compose that hangs. */
const MOST_MILLISECONDS = 60_000;
/** More than any public file requires. */
const MOST_REQUIRED = 100;

const readProject = projectReader();

/** Returns what our own reading makes of a file in `root`, which no file may lead out of. */
export async function ourReading(root: string, file: string, environment: Variables): Promise<Reading> {
  try {
    const { services } = await readProject({
      root,
      aliases: [],
      directory: dirname(file),
      files: [file],
      envFiles: [],
      projectDirectory: undefined,
      environment,
      searchesParents: false,
    });
    const names = services.map(({ name }) => name).sort();
    try {
      for (const service of services) networkDecision(service);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { services: names, rule: error.code };
    }
    return { services: names };
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: JSON.stringify(error.details) };
    return { code: 'crash', message: String(error) };
  }
}

/**
 * Returns what Compose makes of a file, and the variables that it was given for that: those without which it refuses a
 * file (`${NAME:?}`) have the value "x". It fetches nothing, and needs no daemon.
 */
export async function composeReading(
  program: string,
  file: string,
): Promise<{ reading: Reading; variables: Variables }> {
  const variables: Record<string, string> = {};
  for (;;) {
    const reading = await askCompose(program, file, variables);
    const missing =
      'code' in reading ? /required variable (\w+) is missing/.exec(reading.message)?.[1] : undefined;
    const isLast =
      missing === undefined || missing in variables || Object.keys(variables).length >= MOST_REQUIRED;
    if (isLast) return { reading, variables };
    variables[missing] = 'x';
  }
}

function askCompose(program: string, file: string, variables: Variables): Promise<Reading> {
  const env = {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'false',
    COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'false',
    ...variables,
  };
  const options = { cwd: dirname(file), env, timeout: MOST_MILLISECONDS, maxBuffer: 64 * 1024 * 1024 };
  // Files for another tool to complete are read too: a service without an image, a network that is none of theirs.
  const words = [
    '--project-name',
    'wild',
    '--profile',
    '*',
    '-f',
    file,
    'config',
    '--no-consistency',
    '--services',
  ];
  return new Promise((resolve) => {
    execFile(program, words, options, (error, printed, said) => {
      if (error === null)
        resolve({
          services: printed
            .split('\n')
            .filter((name) => name !== '')
            .sort(),
        });
      else resolve({ code: 'compose', message: lastWords(said) || error.message });
    });
  });
}

/** Returns what Compose says last, without its warnings. */
function lastWords(said: string): string {
  const lines = said.split('\n').filter((line) => line !== '' && !line.includes('level=warning'));
  return lines.join(' ').trim();
}
