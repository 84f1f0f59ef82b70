import { CommanderError } from 'commander';
import { AppError, describeError, EXIT, fill, toAppError } from '../shared/errors.ts';
import type { Text } from '../shared/text/text.ts';
import { languageOf, languages } from '../shared/text/language.ts';
import type { Answer, Call } from './call.ts';
import { audienceOf, guessGlobals } from './globals.ts';
import type { Globals } from './globals.ts';
import { errorText } from './output/labels.ts';
import { createLive } from './terminal/live.ts';
import { createPaint } from './terminal/paint.ts';
import { plain } from '../shared/plain.ts';
import { createPeople } from './input/people.ts';
import type { WordsDependencies } from './commands/words.ts';
import { createProgram } from './program.ts';
import type { LocalEngine, RdcDependencies } from './dependencies.ts';

/** Runs `rdc` with these words and resolves with the exit code. Answers and errors are written to the given outputs. */
export async function runRdc(words: readonly string[], dependencies: RdcDependencies): Promise<number> {
  const guess = guessGlobals(words);
  const text = languages[guess.lang ?? languageOf(dependencies.env)];
  let globals = guess;
  let exit: number = EXIT.succeeded;
  const wordsDependencies: WordsDependencies = {
    text,
    async run(action) {
      globals = program.opts<Globals>();
      exit = await runAction(dependencies, globals, text, action);
    },
  };
  const program = createProgram(wordsDependencies, dependencies.version, {
    writeOut: (help) => dependencies.stdout.write(help),
    writeErr: (help) => dependencies.stderr.write(help),
    // The error is told below, in the language and the form that were asked for.
    outputError: () => undefined,
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tellError(dependencies, globals, text, error);
    if (error.exitCode === 0) return EXIT.succeeded;
    // Commander has shown the help to people; a program still waits for a document.
    if (error.code === 'commander.help' && audienceOf(globals) === 'people') return EXIT.badArguments;
    return tellError(dependencies, globals, text, usageError(error, text));
  }
}

async function runAction(
  dependencies: RdcDependencies,
  globals: Globals,
  text: Text,
  action: (call: Call) => Promise<Answer>,
): Promise<number> {
  const audience = audienceOf(globals);
  const paint = createPaint(
    dependencies.stdout.isTTY === true && !dependencies.env['NO_COLOR'] && audience === 'people',
  );
  const live = createLive(dependencies, audience, paint);
  let remote: Promise<LocalEngine> | undefined;
  const call: Call = {
    dependencies,
    globals,
    audience,
    text,
    paint,
    live,
    contexts: () => dependencies.contexts(),
    machine: async (name) => (await dependencies.contexts()).resolve(name, globals.context),
    remote: () => (remote ??= dependencies.remote(createPeople(dependencies, globals, text, live))),
  };
  try {
    const answer = await action(call);
    live.end();
    tellAnswer(dependencies, globals, answer);
    return answer.exit ?? EXIT.succeeded;
  } finally {
    live.end();
    // By now the answer is told, or an error is on its way: a failure to close changes neither.
    await remote?.then(
      (opened) => opened.close().catch((error: unknown) => live.note(errorText(error, text))),
      () => undefined,
    );
  }
}

function tellAnswer({ stdout }: RdcDependencies, globals: Globals, { document, lines = [] }: Answer): void {
  const audience = audienceOf(globals);
  if (audience === 'people') {
    stdout.write(lines.map((line) => `${line}\n`).join(''));
  } else if (document !== undefined) {
    const form =
      audience === 'lines'
        ? JSON.stringify({ type: 'result', result: document })
        : JSON.stringify(document, null, 2);
    stdout.write(`${form}\n`);
  }
}

function tellError(
  { stdout, stderr }: RdcDependencies,
  globals: Globals,
  text: Text,
  thrown: unknown,
): number {
  const error = toAppError(thrown);
  const { message, next } = describeError(error, text);
  const audience = audienceOf(globals);
  if (audience === 'people') {
    const paint = createPaint(stderr.isTTY === true);
    stderr.write(`${paint.red('✗')} ${plain(message)}\n`);
    if (next !== '') stderr.write(`  ${paint.bold('→')} ${plain(next)}\n`);
    return error.exitCode;
  }
  const document = { error: { code: error.code, message, next, details: error.details } };
  const form =
    audience === 'lines' ? JSON.stringify({ type: 'error', ...document }) : JSON.stringify(document, null, 2);
  stdout.write(`${form}\n`);
  return error.exitCode;
}

/** Says Commander's complaint in our words. The option or argument that it is about stands in quotes in its message. */
function usageError({ code, message }: CommanderError, text: Text): AppError {
  const usage: Readonly<Record<string, string>> = text.cli.usage;
  const what = /'([^']*)'/.exec(message)?.[1] ?? '';
  const template = usage[code.replace('commander.', '')] ?? text.cli.usage.other;
  return new AppError('bad-arguments', { reason: fill(template, { what: `"${what}"` }) });
}
