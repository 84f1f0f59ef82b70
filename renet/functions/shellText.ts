import { basename } from 'node:path';
import type { FunctionName } from '../../shared/model.ts';

/** The size of the terminal that functions run on (docs/decisions/functions-run-on-a-terminal.md). */
const COLUMNS = 120;
const ROWS = 40;

/** Quotes a word for a POSIX shell; it may hold any character. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Returns the bash script that runs one function of a Rediaccfile. The script uses no variable and no argument, so the
 * Rediaccfile sees nothing of it. Once the Rediaccfile has been read, the script writes into the file `mark` whether
 * the function is defined; without a mark, the Rediaccfile ended the shell.
 */
export function functionText(file: string, name: FunctionName, mark: string): string {
  return [
    `stty cols ${COLUMNS} rows ${ROWS}`,
    // What replaced the file since it was checked may be a pipe, which bash would wait for without end.
    `if [[ -L ${quote(file)} || ! -f ${quote(file)} ]]; then builtin echo ${quote(`${basename(file)} is no regular file any more`)} >&2; builtin exit 1; fi`,
    `. ${quote(file)}`,
    `if ! builtin declare -F ${name} >/dev/null; then builtin printf undefined >| ${quote(mark)}; builtin exit 0; fi`,
    `builtin printf defined >| ${quote(mark)}`,
    name,
    'builtin exit $?',
    '',
  ].join('\n');
}

/**
 * Returns the whole environment of a function (docs/decisions/function-environment.md): a clean base, the repository,
 * its daemon, and one {SERVICE}_IP per service. Bash adds PWD, SHLVL and _.
 */
export function functionEnvironment(repository: {
  path: string;
  guid: string;
  networkId: number;
  dockerHost: string;
  addresses: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    USER: 'root',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    ...repository.addresses,
    REPOSITORY_PATH: repository.path,
    REPOSITORY_NAME: repository.guid,
    REPOSITORY_NETWORK_ID: String(repository.networkId),
    DOCKER_HOST: repository.dockerHost,
  };
}
