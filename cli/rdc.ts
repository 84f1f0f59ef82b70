import { CommanderError } from 'commander';
import { AppError, describeError, EXIT, fill, toAppError } from '../shared/errors.ts';
import type { Text } from '../shared/text/en.ts';
import { languageOf, languages } from '../shared/text/language.ts';
import type { Answer, Call } from './call.ts';
import { audienceOf, guessGlobals } from './globals.ts';
import type { Globals } from './globals.ts';
import { errorText } from './labels.ts';
import { createLive } from './live.ts';
import { createPaint, plain } from './plain.ts';
import { createPeople } from './people.ts';
import { createProgram } from './program.ts';
import type { LocalEngine, World } from './world.ts';

/** Runs `rdc` with these words and resolves with its exit code; everything it says is written to the world. */
export async function runRdc(words: readonly string[], world: World): Promise<number> {
  const guess = guessGlobals(words);
  const text = languages[guess.lang ?? languageOf(world.env)];
  let globals = guess;
  let exit: number = EXIT.succeeded;
  const building = {
    text,
    async run(action: (call: Call) => Promise<Answer>) {
      globals = program.opts<Globals>();
      exit = await runAction(world, globals, text, action);
    },
  };
  const program = createProgram(building, world.version, {
    writeOut: (help) => world.stdout.write(help),
    writeErr: (help) => world.stderr.write(help),
    // Told below, in the language and form that were asked for.
    outputError: () => undefined,
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tellError(world, globals, text, error);
    if (error.exitCode === 0) return EXIT.succeeded;
    // People were shown the help; a program waits for its document.
    if (error.code === 'commander.help' && audienceOf(globals) === 'people') return EXIT.badArguments;
    return tellError(world, globals, text, usageError(error, text));
  }
}

async function runAction(
  world: World,
  globals: Globals,
  text: Text,
  action: (call: Call) => Promise<Answer>,
): Promise<number> {
  const audience = audienceOf(globals);
  const paint = createPaint(world.stdout.isTTY === true && !world.env['NO_COLOR'] && audience === 'people');
  const live = createLive(world, audience, paint);
  let remote: Promise<LocalEngine> | undefined;
  const call: Call = {
    world,
    globals,
    audience,
    text,
    paint,
    live,
    contexts: () => world.contexts(),
    machine: async (name) => (await world.contexts()).resolve(name, globals.context),
    remote: () => (remote ??= world.remote(createPeople(world, globals, text, live))),
  };
  try {
    const answer = await action(call);
    live.end();
    tellAnswer(world, globals, answer);
    return answer.exit ?? EXIT.succeeded;
  } finally {
    live.end();
    // By now the answer is told, or an error is on its way: that closing failed changes neither.
    await remote?.then(
      (opened) => opened.close().catch((error: unknown) => live.note(errorText(error, text))),
      () => undefined,
    );
  }
}

function tellAnswer({ stdout }: World, globals: Globals, { document, lines = [] }: Answer): void {
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

function tellError({ stdout, stderr }: World, globals: Globals, text: Text, thrown: unknown): number {
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

/** Commander's complaint in our words: it names the thing in quotes. */
function usageError({ code, message }: CommanderError, text: Text): AppError {
  const usage: Readonly<Record<string, string>> = text.cli.usage;
  const what = /'([^']*)'/.exec(message)?.[1] ?? '';
  const template = usage[code.replace('commander.', '')] ?? text.cli.usage.other;
  return new AppError('bad-arguments', { reason: fill(template, { what: `"${what}"` }) });
}
