import { parseArgs } from 'node:util';
import type { Reason } from '../shared/errors.ts';
import type { VerbRequest } from '../shared/verbs.ts';
import type { Text } from '../shared/text/text.ts';
import type { Agent } from './agent.ts';
import { datastoreOf } from './configuration.ts';

/**
 * `renet`: the agent of one machine. Each verb loads only what it needs, because starting a process is the dearest
 * thing on a small machine, and `renet compose` is started often.
 */
const USAGE = `renet serve | up | down | mount | unmount | create | fork | delete | resize | rename | slots | passphrase | header | autostart | list | follow | validate | exec | compose

  renet up NAME [--mount] [--prep-only]      renet down NAME [--unmount]
  renet mount NAME                           renet unmount NAME
  renet create NAME --size 10G               renet delete NAME
  renet resize NAME --size 20G               renet fork PARENT --tag NAME
  renet rename NAME NEW                      renet slots release NAME SERVICE
  renet passphrase change NAME
  renet header backup NAME FILE              renet header restore NAME FILE
  renet autostart enable NAME [--after NAME | --no-after] [--delay SECONDS]
  renet autostart disable NAME               renet autostart verify NAME
  renet autostart enable-all                 renet autostart disable-all
  renet autostart list
  renet list                                 renet follow OPERATION
  renet validate NAME
  renet exec NAME -- COMMAND ...             renet compose -- ARGUMENTS ...
  renet version
  --datastore DIR, --passphrase-file FILE, --new-passphrase-file FILE (or - for standard input)
`;

async function main(words: readonly string[]): Promise<number> {
  const [command = 'help', ...rest] = words;
  if (command === 'compose') return compose(rest);
  const split = rest.indexOf('--');
  const own = split === -1 ? rest : rest.slice(0, split);
  const foreign = split === -1 ? [] : rest.slice(split + 1);
  const { values, positionals } = await parseOptions(own);
  const datastore = datastoreOf(values.datastore);
  const [first = '', second = '', third = ''] = positionals;
  if (command === 'version') return print(`${(await import('./observe/machineInfo.ts')).version}\n`);
  if (command === 'help' || command === '--help') return print(USAGE);
  if (process.getuid?.() !== 0) throw new (await import('../shared/errors.ts')).AppError('root-needed');
  const [passphraseFile, newPassphraseFile] = [values['passphrase-file'], values['new-passphrase-file']].map(
    (file) => (file === '-' ? '/dev/stdin' : file),
  );
  const request = await requestOf(command, first, values);
  if (request !== undefined) {
    const { runByHand } = await import('./byHand/byHand.ts');
    return runByHand(await agent(datastore), { request, passphraseFile }, await text());
  }
  switch (command) {
    case 'serve': {
      const { serve } = await import('./serve/serve.ts');
      await serve(await agent(datastore), process.stdin, process.stdout);
      return 0;
    }
    case 'rename':
    case 'slots': {
      if (command === 'slots' && first !== 'release') break;
      const { runByHand } = await import('./byHand/byHand.ts');
      const named: VerbRequest =
        command === 'rename'
          ? { verb: 'rename', repository: first, options: { newName: second } }
          : { verb: 'release-slot', repository: second, options: { service: third } };
      return runByHand(await agent(datastore), { request: named, passphraseFile }, await text());
    }
    case 'passphrase': {
      if (first !== 'change') break;
      const { runByHand } = await import('./byHand/byHand.ts');
      const files = { passphraseFile, newPassphraseFile };
      const change = { verb: 'passphrase-change', repository: second, options: {} } as const;
      return runByHand(await agent(datastore), { request: change, ...files }, await text());
    }
    case 'header': {
      if (!['backup', 'restore'].includes(first) || third === '') break;
      const { headerByHand } = await import('./byHand/headersByHand.ts');
      return headerByHand(
        await agent(datastore),
        { action: first, repository: second, file: third },
        await text(),
      );
    }
    case 'autostart': {
      const { autostartByHand } = await import('./byHand/autostartByHand.ts');
      const after = values['no-after'] === true ? null : values.after;
      const options = {
        ...(after === undefined ? {} : { after }),
        ...(values.delay === undefined ? {} : { delay: await secondsOf(values.delay) }),
      };
      const asked = { action: first, repository: second, options, passphraseFile };
      return autostartByHand(await agent(datastore), asked, await text());
    }
    case 'supervise':
      return superviseMachine(datastore);
    case 'operation-run':
      return operationRun(datastore, first);
    case 'exec': {
      const [{ execIn }, { thisMachine }] = await Promise.all([
        import('./byHand/exec.ts'),
        import('./thisMachine.ts'),
      ]);
      return execIn(thisMachine(datastore), first, foreign);
    }
    case 'follow':
      return (await import('./byHand/byHand.ts')).showLog(await agent(datastore), first, await text());
    case 'validate': {
      const { validateByHand } = await import('./byHand/validateByHand.ts');
      return validateByHand(await agent(datastore), first, await text());
    }
    case 'list': {
      const [{ listStates }, { thisMachine }] = await Promise.all([
        import('./observe/inventory.ts'),
        import('./thisMachine.ts'),
      ]);
      const found = await listStates(thisMachine(datastore));
      return print(found.map((one) => `${one.name}\t${one.state}\t${one.networkId}\t${one.guid}\n`).join(''));
    }
  }
  process.stderr.write(USAGE);
  return 2;
}

/** The request of a verb that is a word of its own, with the options that a person may give it. Throws bad-size. */
async function requestOf(
  command: string,
  repository: string,
  values: Awaited<ReturnType<typeof parseOptions>>['values'],
): Promise<VerbRequest | undefined> {
  const { mount = false, unmount = false, 'prep-only': prepOnly = false } = values;
  switch (command) {
    case 'up':
      return {
        verb: 'up',
        repository,
        options: { ...(mount && { mount }), ...(prepOnly && { prepOnly }) },
      };
    case 'down':
      return { verb: 'down', repository, options: { ...(unmount && { unmount }) } };
    case 'mount':
    case 'unmount':
    case 'delete':
      return { verb: command, repository, options: {} };
    case 'create':
    case 'resize':
      return { verb: command, repository, options: { size: await sizeOf(values.size) } };
    case 'fork':
      return { verb: 'fork', repository, options: { tag: values.tag ?? NOTHING_TYPED } };
    default:
      return undefined;
  }
}

/** What is refused as a size or a name when none was typed. */
const NOTHING_TYPED = '';

/** Throws bad-arguments. */
async function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        datastore: { type: 'string' },
        mount: { type: 'boolean' },
        unmount: { type: 'boolean' },
        'prep-only': { type: 'boolean' },
        size: { type: 'string' },
        tag: { type: 'string' },
        after: { type: 'string' },
        'no-after': { type: 'boolean' },
        delay: { type: 'string' },
        'passphrase-file': { type: 'string' },
        'new-passphrase-file': { type: 'string' },
      },
    });
  } catch (error) {
    // Its first sentence says what; the next ones are of a word that begins with a hyphen.
    const [what = ''] = error instanceof Error ? error.message.split('. ') : [String(error)];
    throw new (await import('../shared/errors.ts')).AppError('bad-arguments', { reason: what });
  }
}

/** Throws bad-size. */
async function sizeOf(words = NOTHING_TYPED): Promise<number> {
  return (await import('../shared/size.ts')).parseSize(words);
}

/** The longest that a start may wait (protocol.ts). */
const LONGEST_DELAY = 3600;

/** Throws bad-arguments. */
async function secondsOf(delay: string): Promise<number> {
  if (/^\d+$/.test(delay) && Number(delay) <= LONGEST_DELAY) return Number(delay);
  const { AppError } = await import('../shared/errors.ts');
  throw new AppError('bad-arguments', { reason: 'not-seconds' satisfies Reason, delay });
}

async function agent(datastore: string): Promise<Agent> {
  return (await import('./thisMachine.ts')).thisAgent(datastore, process.env);
}

async function text(): Promise<Text> {
  return (await import('../shared/text/language.ts')).textFor(process.env);
}

async function compose(rest: readonly string[]): Promise<number> {
  const { runCompose, realComposeDependencies } = await import('./compose/runCompose.ts');
  const words = rest[0] === '--' ? rest.slice(1) : rest;
  return runCompose(words, realComposeDependencies(datastoreOf(undefined)));
}

async function operationRun(datastore: string, socketPath: string): Promise<number> {
  const [{ runOperation }, { thisMachine }, { runCommand }, { scopesUnder, delegatedCgroup }] =
    await Promise.all([
      import('./operation/operationRun.ts'),
      import('./thisMachine.ts'),
      import('./host.ts'),
      import('./functions/scope.ts'),
    ]);
  const controller = new AbortController();
  process.on('SIGTERM', () => controller.abort());
  await runOperation(socketPath, {
    machine: thisMachine(datastore),
    run: runCommand,
    openScope: scopesUnder(delegatedCgroup()),
    clock: Date.now,
    signal: controller.signal,
  });
  return 0;
}

/** The boot service's process; systemd asks it to end with SIGTERM. */
async function superviseMachine(datastore: string): Promise<number> {
  const [{ supervise }, { runCommand }] = await Promise.all([
    import('./boot/supervise.ts'),
    import('./host.ts'),
  ]);
  const controller = new AbortController();
  process.on('SIGTERM', () => controller.abort());
  // A signal handler alone does not keep a process.
  const alive = setInterval(() => undefined, 2 ** 30);
  const machineGoesDown = async (): Promise<boolean> => {
    const answer = await runCommand(['systemctl', 'is-system-running'], { expected: [0, 1] });
    return answer.stdout.trim() === 'stopping';
  };
  const say = (line: string): void => void print(`${line}\n`);
  await supervise(await agent(datastore), say, controller.signal, machineGoesDown);
  clearInterval(alive);
  return 0;
}

function print(words: string): number {
  process.stdout.write(words);
  return 0;
}

async function fail(error: unknown): Promise<number> {
  const { toAppError } = await import('../shared/errors.ts');
  const { sentence } = await import('./byHand/byHand.ts');
  const known = toAppError(error);
  process.stderr.write(`renet: ${sentence(known, await text())}\n`);
  return known.exitCode;
}

void main(process.argv.slice(2))
  .catch(fail)
  .then((code) => {
    // The loop may still hold an idle socket or a closed channel; the verb is over.
    process.exitCode = code;
    process.stdout.write('', () => process.exit());
  });
