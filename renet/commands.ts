import type { Reason } from '../shared/errors.ts';
import type { Text } from '../shared/text/text.ts';
import type { VerbRequest } from '../shared/verbs.ts';
import type { Agent } from './agent.ts';
import type { CommandLine, CommandShape, OptionValues } from './commandLine.ts';
import type { MachineDependencies } from './machineDependencies.ts';

/**
 * The dependencies of a command. They are functions because loading takes most of the time of a short command, so each
 * is loaded when it is needed.
 */
interface CommandDependencies {
  readonly agent: () => Promise<Agent>;
  readonly machine: () => Promise<MachineDependencies>;
  readonly text: () => Promise<Text>;
  readonly print: (text: string) => void;
}

/** A command of renet: its shape, and `run`, which does it and resolves with the exit code. */
interface RenetCommand extends CommandShape {
  /** Whether the command needs no root, because it reads nothing of root's. */
  readonly anybody?: boolean;
  run(given: Omit<CommandLine<CommandShape>, 'command'>, dependencies: CommandDependencies): Promise<number>;
}

/** The longest delay of a start at boot, in seconds (the protocol's own limit). */
const LONGEST_DELAY = 3600;

/** Makes a command that runs a verb as an operation. `request` makes the verb's request out of words and options. */
function verb(
  shape: Pick<RenetCommand, 'words' | 'names' | 'options' | 'needs'>,
  request: (names: readonly string[], options: OptionValues) => VerbRequest | Promise<VerbRequest>,
): RenetCommand {
  return {
    ...shape,
    run: async ({ names, options }, { agent, text }) => {
      const { runByHand } = await import('./byHand/byHand.ts');
      const asked = { request: await request(names, options), ...passphraseFiles(options) };
      return runByHand(await agent(), asked, await text());
    },
  };
}

/** Makes a command `autostart ACTION`, for one repository or for all. */
function autostart(
  action: string,
  shape: Partial<Pick<RenetCommand, 'names' | 'options' | 'hidden'>> = {},
): RenetCommand {
  return {
    words: `autostart ${action}`,
    names: [],
    options: [],
    ...shape,
    run: async ({ names: [repository = ''], options }, { agent, text }) => {
      const { autostartByHand } = await import('./byHand/autostartByHand.ts');
      const { passphraseFile } = passphraseFiles(options);
      const excludeForks = options['exclude-forks'] ?? false;
      const start = await startOptions(options);
      const request = { action, repository, options: start, passphraseFile, excludeForks };
      return autostartByHand(await agent(), request, await text());
    },
  };
}

const PASSPHRASE = 'passphrase-file';

/** Every command of renet, in the order of its usage. */
export const COMMANDS: readonly RenetCommand[] = [
  verb(
    { words: 'up', names: ['NAME'], options: ['mount', 'prep-only', PASSPHRASE] },
    ([repository = ''], given) => {
      const { mount = false, 'prep-only': prepOnly = false } = given;
      return { verb: 'up', repository, options: { ...(mount && { mount }), ...(prepOnly && { prepOnly }) } };
    },
  ),
  verb(
    { words: 'down', names: ['NAME'], options: ['unmount'] },
    ([repository = ''], { unmount = false }) => ({
      verb: 'down',
      repository,
      options: { ...(unmount && { unmount }) },
    }),
  ),
  verb({ words: 'mount', names: ['NAME'], options: [PASSPHRASE] }, ([repository = '']) => ({
    verb: 'mount',
    repository,
    options: {},
  })),
  verb({ words: 'unmount', names: ['NAME'], options: [] }, ([repository = '']) => ({
    verb: 'unmount',
    repository,
    options: {},
  })),
  verb(
    { words: 'create', names: ['NAME'], options: ['size', PASSPHRASE], needs: ['size'] },
    async ([repository = ''], { size = '' }) => ({
      verb: 'create',
      repository,
      options: { size: await sizeOf(size) },
    }),
  ),
  verb({ words: 'delete', names: ['NAME'], options: [] }, ([repository = '']) => ({
    verb: 'delete',
    repository,
    options: {},
  })),
  verb(
    { words: 'resize', names: ['NAME'], options: ['size', PASSPHRASE], needs: ['size'] },
    async ([repository = ''], { size = '' }) => ({
      verb: 'resize',
      repository,
      options: { size: await sizeOf(size) },
    }),
  ),
  verb(
    { words: 'fork', names: ['PARENT'], options: ['tag'], needs: ['tag'] },
    ([repository = ''], { tag = '' }) => ({ verb: 'fork', repository, options: { tag } }),
  ),
  verb({ words: 'rename', names: ['NAME', 'NEW'], options: [] }, ([repository = '', newName = '']) => ({
    verb: 'rename',
    repository,
    options: { newName },
  })),
  verb(
    { words: 'allow', names: ['NAME', 'OTHER'], options: ['revoke'] },
    ([repository = '', other = ''], { revoke = false }) => ({
      verb: 'allow',
      repository,
      options: { other, ...(revoke && { revoke }) },
    }),
  ),
  verb(
    { words: 'slots release', names: ['NAME', 'SERVICE'], options: [] },
    ([repository = '', service = '']) => ({ verb: 'release-slot', repository, options: { service } }),
  ),
  verb(
    { words: 'passphrase change', names: ['NAME'], options: [PASSPHRASE, 'new-passphrase-file'] },
    ([repository = '']) => ({ verb: 'passphrase-change', repository, options: {} }),
  ),
  header('backup'),
  header('restore'),
  autostart('enable', { names: ['NAME'], options: ['after', 'no-after', 'delay', PASSPHRASE] }),
  autostart('disable', { names: ['NAME'] }),
  autostart('verify', { names: ['NAME'] }),
  autostart('enable-all', { options: ['exclude-forks', PASSPHRASE] }),
  autostart('disable-all'),
  autostart('list'),
  autostart('install-unit', { hidden: true }),
  {
    words: 'list',
    names: [],
    options: [],
    run: async (_, { machine, print }) => {
      const { listStates } = await import('./observe/inventory.ts');
      const found = await listStates(await machine());
      print(found.map((one) => `${one.name}\t${one.state}\t${one.networkId}\t${one.guid}\n`).join(''));
      return 0;
    },
  },
  {
    words: 'follow',
    names: ['OPERATION'],
    options: [],
    run: async ({ names: [operation = ''] }, { agent, text }) =>
      (await import('./byHand/byHand.ts')).showLog(await agent(), operation, await text()),
  },
  {
    words: 'events',
    names: [],
    options: ['since', 'follow'],
    run: async ({ options: { since, follow = false } }, { machine, text, print }) => {
      const { eventsByHand } = await import('./byHand/eventsByHand.ts');
      const request = { ...(since !== undefined && { since: await ageOf(since) }), follow };
      return eventsByHand((await machine()).paths, request, await text(), print);
    },
  },
  {
    words: 'validate',
    names: ['NAME'],
    options: ['fix'],
    run: async ({ names: [name = ''], options: { fix = false } }, { agent, text }) => {
      const { validateByHand } = await import('./byHand/validateByHand.ts');
      return validateByHand(await agent(), name, await text(), fix);
    },
  },
  {
    words: 'adopt',
    names: ['NAME'],
    options: ['write'],
    run: async ({ names: [name = ''], options: { write = false } }, { agent, text }) => {
      const { adoptByHand } = await import('./byHand/adoptByHand.ts');
      return adoptByHand(await agent(), name, await text(), write);
    },
  },
  {
    words: 'exec',
    names: ['NAME'],
    options: [],
    rest: 'COMMAND ...',
    run: async ({ names: [name = ''], rest }, { machine }) =>
      (await import('./byHand/exec.ts')).execIn(await machine(), name, rest),
  },
  {
    words: 'serve',
    names: [],
    options: [],
    run: async (_, { agent }) => {
      const [{ serve }, { wipedStandardInput }] = await Promise.all([
        import('./serve/serve.ts'),
        import('./wipedReads.ts'),
      ]);
      const served = await agent();
      // A core of this process would hold the passphrases that pass through it. Without prlimit the machine's own limit
      // stays.
      await served.run(['prlimit', '--core=0:0', '--pid', String(process.pid)]).catch(() => undefined);
      await serve(served, wipedStandardInput(), process.stdout);
      return 0;
    },
  },
  {
    words: 'agent',
    names: [],
    options: [],
    hidden: true,
    run: async () => (await import('./resident/residentMain.ts')).runResident(),
  },
  {
    words: 'version',
    names: [],
    options: [],
    anybody: true,
    run: async (_, { print }) => {
      print(`${(await import('./observe/machineInfo.ts')).version}\n`);
      return 0;
    },
  },
  { words: 'supervise', names: [], options: [], hidden: true, run: (_, given) => superviseMachine(given) },
  {
    words: 'operation-run',
    names: ['SOCKET'],
    options: [],
    hidden: true,
    run: ({ names: [socket = ''] }, given) => operationRun(socket, given),
  },
];

/** Makes a command `header backup` or `header restore`. */
function header(action: 'backup' | 'restore'): RenetCommand {
  return {
    words: `header ${action}`,
    names: ['NAME', 'FILE'],
    options: [],
    run: async ({ names: [repository = '', file = ''] }, { agent, text }) => {
      const { headerByHand } = await import('./byHand/headersByHand.ts');
      return headerByHand(await agent(), { action, repository, file }, await text());
    },
  };
}

/** Returns the files of passphrases; `-` is standard input. */
function passphraseFiles(options: OptionValues): {
  passphraseFile: string | undefined;
  newPassphraseFile: string | undefined;
} {
  const file = (name: string | undefined): string | undefined => (name === '-' ? '/dev/stdin' : name);
  return {
    passphraseFile: file(options['passphrase-file']),
    newPassphraseFile: file(options['new-passphrase-file']),
  };
}

/** Reads the options that tell when a repository starts at boot. Throws bad-renet-arguments. */
async function startOptions({
  after,
  'no-after': noAfter,
  delay,
}: OptionValues): Promise<{ after?: string | null; delay?: number }> {
  const first = noAfter === true ? null : after;
  return {
    ...(first === undefined ? {} : { after: first }),
    ...(delay === undefined ? {} : { delay: await secondsOf(delay) }),
  };
}

/** Reads a size. Returns bytes. Throws bad-size. */
async function sizeOf(words: string): Promise<number> {
  return (await import('../shared/size.ts')).parseSize(words);
}

/** Reads an age. Returns milliseconds. Throws bad-renet-arguments. */
async function ageOf(age: string): Promise<number> {
  const milliseconds = (await import('../shared/timeSpan.ts')).parseAge(age);
  if (milliseconds !== undefined) return milliseconds;
  const { AppError } = await import('../shared/errors.ts');
  throw new AppError('bad-renet-arguments', { reason: 'not-an-age' satisfies Reason, age });
}

/** Reads a delay in seconds. Throws bad-renet-arguments. */
async function secondsOf(delay: string): Promise<number> {
  if (/^\d+$/.test(delay) && Number(delay) <= LONGEST_DELAY) return Number(delay);
  const { AppError } = await import('../shared/errors.ts');
  throw new AppError('bad-renet-arguments', { reason: 'not-seconds' satisfies Reason, delay });
}

/** Runs the detached process of an operation, which SIGTERM cancels. */
async function operationRun(socketPath: string, { machine }: CommandDependencies): Promise<number> {
  const [{ runOperation }, { runCommand }, { scopesUnder, delegatedCgroup }] = await Promise.all([
    import('./operation/operationRun.ts'),
    import('./host.ts'),
    import('./functions/scope.ts'),
  ]);
  const controller = new AbortController();
  process.on('SIGTERM', () => controller.abort());
  await runOperation(socketPath, {
    machine: await machine(),
    run: runCommand,
    openScope: scopesUnder(delegatedCgroup()),
    clock: Date.now,
    signal: controller.signal,
  });
  return 0;
}

/** Runs the boot service; systemd ends it with SIGTERM. */
async function superviseMachine({ agent, print }: CommandDependencies): Promise<number> {
  const [{ supervise }, { runCommand }, { keepAgentAlive }] = await Promise.all([
    import('./boot/supervise.ts'),
    import('./host.ts'),
    import('./resident/keepAlive.ts'),
  ]);
  const controller = new AbortController();
  process.on('SIGTERM', () => controller.abort());
  // A signal handler alone does not keep a process alive.
  const alive = setInterval(() => undefined, 2 ** 30);
  const machineGoesDown = async (): Promise<boolean> => {
    const answer = await runCommand(['systemctl', 'is-system-running'], { expected: [0, 1] });
    return answer.stdout.trim() === 'stopping';
  };
  const watching = keepAgentAlive(controller.signal);
  await supervise(await agent(), (line) => print(`${line}\n`), controller.signal, machineGoesDown);
  await watching;
  clearInterval(alive);
  return 0;
}
