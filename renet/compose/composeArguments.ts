/** The words after `renet compose --`, as far as they decide which files Compose uses. */
export interface ComposeArguments {
  /** The values of -f / --file, as given. */
  files: string[];
  /** The values of --env-file, as given. */
  envFiles: string[];
  /** The values of --profile, as given. */
  profiles: string[];
  projectDirectory: string | undefined;
  projectName: string | undefined;
  /** Whether --help or --version stands before the subcommand. */
  informational: boolean;
  /** The global options without -f and --project-directory, as given. */
  globals: string[];
  /** The subcommand and everything after it, as given; none when there is no subcommand. */
  command: string[];
}

/**
 * The long names of options by their short ones (docker/compose, cmd/compose/compose.go, addProjectFlags and
 * RootCommand).
 */
const SHORT: Readonly<Record<string, string>> = { f: 'file', p: 'project-name', v: 'version', h: 'help' };

/** The global options that take a value. */
const WITH_VALUE = new Set([
  'ansi',
  'env-file',
  'file',
  'insecure-registry',
  'parallel',
  'profile',
  'progress',
  'project-directory',
  'project-name',
  'workdir',
]);

/** An option as it was found. */
interface Option {
  name: string;
  value: string | undefined;
  /** The words that the option consists of. */
  words: string[];
}

/**
 * Splits Compose's words as Compose does (Go's pflag): `--name=value`, `--name value`, `-fvalue`, `-f=value`, `-f
 * value`. The options end at the first word that is none. Unknown options are kept as they are.
 */
export function parseComposeArguments(words: readonly string[]): ComposeArguments {
  const parsed: ComposeArguments = {
    files: [],
    envFiles: [],
    profiles: [],
    projectDirectory: undefined,
    projectName: undefined,
    informational: false,
    globals: [],
    command: [],
  };
  let at = 0;
  while (at < words.length) {
    const option = optionAt(words, at);
    if (option === undefined) break;
    take(parsed, option);
    at += option.words.length;
  }
  parsed.command = words.slice(at);
  return parsed;
}

/** Returns how many containers a call asks for, by service: `up --scale api=3`, `scale api=3`. */
export function scalesOf({ command: [subcommand, ...words] }: ComposeArguments): Map<string, number> {
  const values = words.flatMap((word, at) => {
    if (word.startsWith('--scale=')) return [word.slice('--scale='.length)];
    return subcommand === 'scale' || words[at - 1] === '--scale' ? [word] : [];
  });
  const pairs = values.flatMap((value) => {
    const [, service = '', count] = /^([^-=][^=]*)=(\d+)$/.exec(value) ?? [];
    return count === undefined ? [] : [[service, Number(count)] as const];
  });
  return new Map(['up', 'create', 'scale'].includes(subcommand ?? '') ? pairs : []);
}

function take(parsed: ComposeArguments, { name, value, words }: Option): void {
  if (name === 'file' && value !== undefined) {
    parsed.files.push(value);
    return;
  }
  if ((name === 'project-directory' || name === 'workdir') && value !== undefined) {
    parsed.projectDirectory = value;
    return;
  }
  if (name === 'env-file' && value !== undefined) parsed.envFiles.push(value);
  if (name === 'profile' && value !== undefined) parsed.profiles.push(value);
  if (name === 'project-name') parsed.projectName = value;
  if (name === 'help' || name === 'version') parsed.informational = true;
  parsed.globals.push(...words);
}

/** Reads the option that begins at a word; undefined when the word begins none. */
function optionAt(words: readonly string[], at: number): Option | undefined {
  const word = words[at] ?? '';
  if (!word.startsWith('-') || word === '-' || word === '--') return undefined;
  const next = words[at + 1];
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    if (equals !== -1) return { name: word.slice(2, equals), value: word.slice(equals + 1), words: [word] };
    return withNext(word.slice(2), word, next);
  }
  const name = SHORT[word.charAt(1)] ?? word.slice(1);
  if (word.length === 2 || !WITH_VALUE.has(name)) return withNext(name, word, next);
  return { name, value: word.slice(word[2] === '=' ? 3 : 2), words: [word] };
}

function withNext(name: string, word: string, next: string | undefined): Option {
  if (!WITH_VALUE.has(name) || next === undefined) return { name, value: undefined, words: [word] };
  return { name, value: next, words: [word, next] };
}
