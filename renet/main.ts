import { BadCommandLine, readCommandLine, usageText } from './commandLine.ts';
import { COMMANDS } from './commands.ts';
import { datastoreOf } from './configuration.ts';

/**
 * `renet`: the agent of one machine. Each command loads only what it needs, because starting is most of a short one
 * on a small machine, and `renet compose` is started often (docs/decisions/a-small-agent-start.md).
 */
async function main(words: readonly string[]): Promise<number> {
  const [first = 'help', ...more] = words;
  // All of its words are another program's.
  if (first === 'compose') return compose(more);
  if (['help', '--help', '-h'].includes(first)) {
    print(usage());
    return 0;
  }
  const line = readCommandLine(words, COMMANDS);
  if (line === undefined) {
    process.stderr.write(usage());
    return 2;
  }
  const { command, options } = line;
  if (command.anybody !== true && process.getuid?.() !== 0)
    throw new (await import('../shared/errors.ts')).AppError('root-needed');
  const datastore = datastoreOf(options.datastore);
  return command.run(line, {
    datastore,
    agent: async () => (await import('./thisMachine.ts')).thisAgent(datastore, process.env),
    machine: async () => (await import('./thisMachine.ts')).thisMachine(datastore),
    text: ownText,
    print,
  });
}

function usage(): string {
  return usageText([...COMMANDS, { words: 'compose', names: [], options: [], rest: 'ARGUMENTS ...' }]);
}

async function compose(rest: readonly string[]): Promise<number> {
  const { runCompose, realComposeDependencies } = await import('./compose/runCompose.ts');
  const words = rest[0] === '--' ? rest.slice(1) : rest;
  return runCompose(words, realComposeDependencies(datastoreOf(undefined)));
}

/** The sentences in the language of this shell. */
async function ownText() {
  return (await import('../shared/text/language.ts')).textFor(process.env);
}

function print(words: string): void {
  process.stdout.write(words);
}

/** Tells why it did not go well, and returns the exit code. */
async function fail(error: unknown): Promise<number> {
  const { AppError, toAppError } = await import('../shared/errors.ts');
  const { sentence } = await import('./byHand/byHand.ts');
  const known =
    error instanceof BadCommandLine ? new AppError('bad-renet-arguments', error.details) : toAppError(error);
  process.stderr.write(`renet: ${sentence(known, await ownText())}\n`);
  return known.exitCode;
}

void main(process.argv.slice(2))
  .catch(fail)
  .then((code) => {
    // The loop may still hold an idle socket or a closed channel; the command is over.
    process.exitCode = code;
    process.stdout.write('', () => process.exit());
  });
