import { parseArgs } from 'node:util';
import type { AppError, Reason } from '../shared/errors.ts';

/** The options of all commands; those of type `string` take a value, which the usage shows as `value`. */
const OPTIONS = {
  datastore: { type: 'string', value: 'DIR' },
  mount: { type: 'boolean' },
  unmount: { type: 'boolean' },
  'prep-only': { type: 'boolean' },
  fix: { type: 'boolean' },
  write: { type: 'boolean' },
  revoke: { type: 'boolean' },
  size: { type: 'string', value: '10G' },
  tag: { type: 'string', value: 'NAME' },
  after: { type: 'string', value: 'NAME' },
  'no-after': { type: 'boolean' },
  'exclude-forks': { type: 'boolean' },
  since: { type: 'string', value: '8h' },
  follow: { type: 'boolean' },
  delay: { type: 'string', value: 'SECONDS' },
  'passphrase-file': { type: 'string', value: 'FILE' },
  'new-passphrase-file': { type: 'string', value: 'FILE' },
} as const;

type OptionName = keyof typeof OPTIONS;

/** The values of the options that were given. */
export type OptionValues = {
  readonly [Name in OptionName]?: (typeof OPTIONS)[Name]['type'] extends 'string' ? string : boolean;
};

/** The shape of a command: the words that begin it, the names that follow, and its options. */
export interface CommandShape {
  /** The words that begin the command, such as `autostart enable`. */
  readonly words: string;
  /** The words that follow, as the usage shows them: `NAME`, `FILE`. None can be left out. */
  readonly names: readonly string[];
  /** The options beside `--datastore`, which every command takes. */
  readonly options: readonly OptionName[];
  /** The options that cannot be left out. */
  readonly needs?: readonly OptionName[];
  /** The words after `--`, as the usage shows them. A command without `rest` takes no `--`. */
  readonly rest?: string;
  /** Whether only programs call the command; the usage does not show it. */
  readonly hidden?: boolean;
}

/** A command line that was understood. */
export interface CommandLine<Command extends CommandShape> {
  readonly command: Command;
  /** The words given for the command's `names`, as many. */
  readonly names: readonly string[];
  readonly options: OptionValues;
  /** The words after `--`. */
  readonly rest: readonly string[];
}

/** The error of a command line that was not understood, with what its sentence needs. */
export class BadCommandLine extends Error {
  readonly details: AppError['details'];
  constructor(reason: Reason | (string & {}), details: Record<string, string> = {}) {
    super(reason);
    this.details = { reason, ...details };
  }
}

/**
 * Reads the words after the program's name. Returns undefined when they begin no command. Throws BadCommandLine for a
 * missing name or option, a word too many, and an option that is unknown or another command's.
 */
export function readCommandLine<Command extends CommandShape>(
  words: readonly string[],
  commands: readonly Command[],
): CommandLine<Command> | undefined {
  const split = words.indexOf('--');
  const own = split === -1 ? words : words.slice(0, split);
  const { options, positionals } = parse(own);
  const command = findCommand(positionals, commands);
  if (command === undefined) return undefined;
  const { words: title } = command;
  const names = positionals.slice(title.split(' ').length);
  const missing = command.names[names.length];
  if (missing !== undefined) throw new BadCommandLine('word-missing', { command: title, missing });
  const extra = names[command.names.length];
  if (extra !== undefined) throw new BadCommandLine('word-too-many', { command: title, word: extra });
  for (const option of Object.keys(options))
    if (option !== 'datastore' && !command.options.some((name) => name === option))
      throw new BadCommandLine('option-of-another', { command: title, option: `--${option}` });
  for (const needed of command.needs ?? [])
    if (options[needed] === undefined)
      throw new BadCommandLine('option-missing', { command: title, option: `--${needed}` });
  const rest = split === -1 ? [] : words.slice(split + 1);
  if (command.rest === undefined && split !== -1)
    throw new BadCommandLine('word-too-many', { command: title, word: '--' });
  if (command.rest !== undefined && rest.length === 0)
    throw new BadCommandLine('word-missing', { command: title, missing: `-- ${command.rest}` });
  return { command, names, options, rest };
}

/**
 * Finds the command that words begin with: the longest one, so that a command `autostart` would not hide `autostart
 * list`.
 */
function findCommand<Command extends CommandShape>(
  words: readonly string[],
  commands: readonly Command[],
): Command | undefined {
  const begins = ({ words: title }: CommandShape): boolean =>
    title.split(' ').every((word, index) => words[index] === word);
  return [...commands].sort((a, b) => b.words.length - a.words.length).find(begins);
}

function parse(words: readonly string[]): { options: OptionValues; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: OPTIONS,
    });
    return { options: values, positionals };
  } catch (error) {
    // The first sentence says what is wrong; the others explain words that begin with a hyphen.
    const [what = ''] = error instanceof Error ? error.message.split('. ') : [String(error)];
    throw new BadCommandLine(what);
  }
}

/** Returns the usage of every command that people call, one a line. */
export function usageText(commands: readonly CommandShape[]): string {
  const lines = commands
    .filter(({ hidden }) => hidden !== true)
    .map((command) => `  ${usageLine(command)}\n`);
  return `renet COMMAND\n\n${lines.join('')}  --datastore DIR; a FILE of a passphrase may be - for standard input\n`;
}

function usageLine({ words, names, options, needs = [], rest }: CommandShape): string {
  const shown = options.map((name) => {
    const option = OPTIONS[name];
    const text = `--${name}${'value' in option ? ` ${option.value}` : ''}`;
    return needs.includes(name) ? text : `[${text}]`;
  });
  return ['renet', words, ...names, ...shown, ...(rest === undefined ? [] : ['--', rest])].join(' ');
}
