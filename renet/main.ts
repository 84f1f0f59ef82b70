import { BadCommandLine, readCommandLine, usageText } from './commandLine.ts';
import { COMMANDS } from './commands.ts';
import { datastoreOf } from './configuration.ts';

/**
 * Runs `renet`, the agent of one machine. Resolves with the exit code. Each command loads only the code that it needs,
 * because on a small machine starting takes most of a short command's time, and `renet compose` is started often
 * (docs/decisions/a-small-agent-start.md).
 */
async function main(words: readonly string[]): Promise<number> {
  const [first = 'help', ...more] = words;
  // All further words belong to another program.
  if (first === 'compose') return compose(more);
  // A process of renet's own (compose/readerProcess.ts).
  if (first === 'read-compose') return (await import('./compose/readerMain.ts')).answerReadings();
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
  // The resident agent needs none of its own: each connection says which one it means.
  const datastore = (): Promise<string> => datastoreOf(options.datastore);
  return command.run(line, {
    agent: async () => (await import('./thisMachine.ts')).thisAgent(await datastore(), process.env),
    machine: async () => (await import('./thisMachine.ts')).thisMachine(await datastore()),
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
  return runCompose(words, realComposeDependencies(await datastoreOf(undefined)));
}

/** Loads the sentences in the language of this shell. */
async function ownText() {
  return (await import('../shared/text/language.ts')).textFor(process.env);
}

function print(words: string): void {
  process.stdout.write(words);
}

/** Prints why the command failed, and returns the exit code. */
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
    // An idle socket or a closed channel may still keep the process alive, though the command is over.
    process.exitCode = code;
    process.stdout.write('', () => process.exit());
  });
