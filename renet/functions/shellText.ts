import { basename, dirname } from 'node:path';
import type { FunctionName } from '../../shared/model.ts';

/** The size of the terminal that functions run on (docs/decisions/functions-run-on-a-terminal.md). */
const COLUMNS = 120;
const ROWS = 40;

/** Quotes a word for a POSIX shell; it may hold any character. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Returns the bash script that runs one function of a Rediaccfile, whose path `$0` is (in bash 5 and later). The script
 * sets no variable of its own and no argument. The file `mark` holds `read` and the options of the shell once the
 * Rediaccfile has been read, and then whether the function is defined; after a Rediaccfile that ended the shell, what
 * `endOf` reads. It is read by a path that is not `$0`, so that `[ "$0" = "$BASH_SOURCE" ]` says truly that it is sourced.
 */
export function functionText(file: string, name: FunctionName, mark: string): string {
  const sourced = `${dirname(file)}/./${basename(file)}`;
  const note = `builtin declare -F ${name} >/dev/null && builtin printf 'defined ' || builtin printf 'undefined '; builtin printf '%s' "\${BASH_LINENO[*]}"`;
  const ended = `if [[ ! -s ${quote(mark)} ]]; then { ${note}; } >| ${quote(mark)}; fi`;
  // Bash with errexit would end at a file whose last test is false, although the file goes on after such a test.
  const read = `if (( \${#BASH_SOURCE[@]} <= 2 )); then builtin printf 'read %s' "$-" >| ${quote(mark)}; builtin set +e; builtin trap - RETURN; fi`;
  return [
    `stty cols ${COLUMNS} rows ${ROWS}`,
    // What replaced the file since it was checked may be a pipe, which bash would wait for without end.
    `if [[ -L ${quote(file)} || ! -f ${quote(file)} ]]; then builtin echo ${quote(`${basename(file)} is no regular file any more`)} >&2; builtin printf gone >| ${quote(mark)}; builtin exit 1; fi`,
    `BASH_ARGV0=${quote(file)}`,
    `builtin trap ${quote(ended)} EXIT`,
    `builtin trap ${quote(read)} RETURN`,
    `. ${quote(sourced)}`,
    `if [[ -s ${quote(mark)} && $(<${quote(mark)}) == 'read '*e* ]]; then builtin set -e; fi`,
    `if ! builtin declare -F ${name} >/dev/null; then builtin printf undefined >| ${quote(mark)}; builtin exit 0; fi`,
    `builtin printf defined >| ${quote(mark)}`,
    name,
    'builtin exit $?',
    '',
  ].join('\n');
}

/**
 * Returns the bash script of the session's leader, which runs the script in the file `inner`. Then it writes its process
 * id to descriptor 3, and ends with the function's exit code when a line comes on descriptor 4. Signals to the whole group
 * are the function's, so they do not end it.
 */
export function leaderText(inner: string): string {
  return `trap : HUP INT QUIT TERM; SHLVL=0 bash ${quote(inner)} 3>&- 4>&-; code=$?; echo $$ >&3; read -r -u 4; exit $code`;
}

/** How a Rediaccfile ended the shell while it was read. */
export interface FileEnd {
  /** The line, where it can be told. */
  line: number | undefined;
  /** Whether the function was defined by then. */
  defined: boolean;
}

/**
 * Returns how a Rediaccfile with this text ended the shell, from what the script of a function left in its mark; undefined
 * when the file was read to its end. The line is the one that called a function that exits, or that of the only `exit` at
 * the beginning of a line: bash itself does not say where it was.
 */
export function endOf(mark: string | undefined, text = ''): FileEnd | undefined {
  if (mark === undefined) return { line: undefined, defined: false };
  const [, known, callers = ''] = /^(defined|undefined) ([\d ]+)$/.exec(mark) ?? [];
  if (known === undefined) return undefined;
  // The outermost callers are the top of the script and its line that reads the file.
  const called = callers.split(' ').at(-3);
  const exits = text.split('\n').flatMap((line, at) => (/^exit\b/.test(line) ? [at + 1] : []));
  const only = exits.length === 1 ? exits[0] : undefined;
  return { line: called === undefined ? only : Number(called), defined: known === 'defined' };
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
    // Nobody can press a key for a pager. `cat` is one for git, systemctl, man, psql and whatever else asks.
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    SYSTEMD_PAGER: 'cat',
    MANPAGER: 'cat',
    ...repository.addresses,
    REPOSITORY_PATH: repository.path,
    REPOSITORY_NAME: repository.guid,
    REPOSITORY_NETWORK_ID: String(repository.networkId),
    DOCKER_HOST: repository.dockerHost,
  };
}
