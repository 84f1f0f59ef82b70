import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { OperationEvent, Plan, Verdict } from '../../shared/model.ts';
import { verbRequestSchema } from '../../shared/verbs.ts';
import type { OptionsOf, Verb, VerbRequest } from '../../shared/verbs.ts';
import { requests } from '../../shared/protocol/protocol.ts';
import type { LogPosition } from '../../shared/protocol/protocol.ts';
import { AppError } from '../../shared/errors.ts';
import { projectReader } from '../../renet/compose/composeFiles.ts';
import { createAutostartKeys } from '../../renet/volume/autostartKeys.ts';
import { createLuks } from '../../renet/volume/luks.ts';
import type { Agent } from '../../renet/agent.ts';
import { launch } from '../../renet/operation/start/launch.ts';
import { createForks } from '../../renet/volume/forks.ts';
import type { Detach } from '../../renet/operation/start/launch.ts';
import { readLog } from '../../renet/operation/log/logReader.ts';
import { runCommand } from '../../renet/host.ts';
import type { RunCommand } from '../../renet/host.ts';
import { linkName } from '../../renet/volume/nameLinks.ts';
import { logFolder } from '../../renet/operation/log/operationLog.ts';
import { runOperation } from '../../renet/operation/operationRun.ts';
import { metadataFile, mountPath, operationFolder, repositoriesFolder } from '../../renet/paths.ts';
import type { Paths } from '../../renet/paths.ts';
import { digestOf, previewPlan } from '../../renet/operation/plan.ts';
import type { MachineDependencies } from '../../renet/machineDependencies.ts';
import { scopesUnder } from '../../renet/functions/scope.ts';
import { createMachineWatch } from '../../renet/observe/watch.ts';
import { createVolumes } from '../../renet/volume/volumes.ts';
import { arrival } from './arrival.ts';

/**
 * A repository in a temporary folder, with true bash, true terminals, true control groups and true files. Only the open
 * volume and the daemon are flags; the machine tests have the true ones.
 */
export interface NativeRepository {
  root: string;
  guid: string;
  machine: MachineDependencies;
  agent: Agent;
  flags: Flags;
  write(files: Record<string, string>): void;
  read(path: string): string;
  exists(path: string): boolean;
  plan<Name extends Verb>(
    verb: Name,
    options?: Partial<OptionsOf<Name>>,
  ): Promise<{ plan: Plan; digest: string }>;
  start<Name extends Verb>(verb: Name, options?: OptionsOf<Name>, digest?: string): Promise<Running>;
  /** Starts a verb and follows it to its end. */
  run<Name extends Verb>(verb: Name, options?: OptionsOf<Name>): Promise<Finished>;
  remove(): void;
}

/** The parts of a machine that are flags here. */
export interface Flags {
  mounted: boolean;
  /** True when the volume is open but not mounted; a mounted one counts as open without it. */
  open: boolean;
  daemon: boolean;
  /** The names of the containers that run while the daemon is up. */
  containers: string[];
  /** The properties of the daemon's units that say which addresses it reaches, as they were last set. */
  reach?: readonly string[];
  /** The passphrases and keys of the volume's LUKS slots, by slot number. */
  slots: Map<string, Buffer>;
  /** The tokens in the volume's header, by number. */
  tokens: Map<string, TokenFlag>;
  /** True when the boot service is in place. */
  unit: boolean;
  /** The size of the file system, in bytes. */
  size: number;
  /** The passphrase that verbs are started with. */
  passphrase: string;
  newPassphrase?: string;
  /** The UUID in the volume's header; undefined when the header is destroyed. */
  uuid?: string | undefined;
}

interface TokenFlag {
  type: string;
  keyslots: string[];
}

export interface Running {
  operation: string;
  cancel(): void;
  follow(from?: LogPosition): Promise<Finished>;
}

export interface Finished {
  events: OperationEvent[];
  output: string;
  verdict: Verdict | undefined;
  /** The function steps that ended, as "up api/Rediaccfile: succeeded". */
  functions: string[];
}

/** Returns the writable cgroup v2 tree of this computer; undefined without one, where most rules tests cannot run. */
export function cgroupRoot(): string | undefined {
  const line = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((entry) => entry.split(' ')[2] === 'cgroup2');
  const folder = line?.split(' ')[1];
  if (folder === undefined || process.getuid?.() !== 0) return undefined;
  try {
    const probe = join(folder, `rediacc-probe-${process.pid}`);
    mkdirSync(probe);
    rmdirSync(probe);
    return folder;
  } catch {
    return undefined;
  }
}

/** Removes an empty control group and those inside it. Its files are the kernel's and cannot be removed one by one. */
function removeControlGroup(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeControlGroup(join(folder, entry.name));
  rmdirSync(folder);
}

const NETWORK_ID = 2816;

/** Parses a request as the agent does from the wire. Throws when an option is missing that the verb needs. */
export function requestOf<Name extends Verb>(
  verb: Name,
  repository: string,
  options?: OptionsOf<Name>,
): VerbRequest {
  return verbRequestSchema.parse({ verb, repository, options: options ?? {} });
}

/** Makes a mounted repository named "shop" with these files; its datastore lies in `parent`. */
export function makeRepository(files: Record<string, string>, parent = tmpdir()): NativeRepository {
  const datastore = mkdtempSync(join(parent, 'rediacc-rules-'));
  const paths = { datastore, run: mkdtempSync(join(tmpdir(), 'rediacc-run-')) };
  const guid = randomUUID();
  const root = mountPath(paths, guid);
  const flags: Flags = {
    mounted: true,
    open: false,
    daemon: false,
    containers: [],
    slots: new Map([['0', Buffer.from('secret')]]),
    tokens: new Map(),
    unit: false,
    size: 0,
    passphrase: 'secret',
    uuid: 'uuid-of-shop',
  };
  const cgroups = join(cgroupRoot() ?? '', `rediacc-rules-${guid}`);
  mkdirSync(root, { recursive: true });
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  writeFileSync(join(repositoriesFolder(paths), guid), '');
  const metadata = { name: 'shop', guid, networkId: NETWORK_ID, created: '2026-01-01T00:00:00.000Z' };
  writeFileSync(join(repositoriesFolder(paths), `${guid}.json`), JSON.stringify(metadata));
  const machine = { paths, ...flaggedMachinery(paths, flags) };

  // Runs in this process, where a debugger reaches it; the tests of the locks start true second processes.
  const detachUnder =
    (signal: AbortSignal): Detach =>
    async (_unit, command) => {
      await runOperation(command.at(-1) ?? '', {
        machine,
        run: runCommand,
        openScope: scopesUnder(cgroups),
        clock: Date.now,
        signal,
      }).catch(() => undefined);
      return 0;
    };

  const repository: NativeRepository = {
    agent: {
      machine,
      run: runCommand,
      // Cancelled as the true process of an operation is.
      detach: async (...words) => {
        const controller = new AbortController();
        const cancel = (): void => controller.abort();
        process.on('SIGTERM', cancel);
        return detachUnder(controller.signal)(...words).finally(() => process.off('SIGTERM', cancel));
      },
      program: [],
      account: { name: 'test', uid: 0, gid: 0 },
      watch: createMachineWatch(machine),
      isResident: false,
    },
    root,
    guid,
    machine,
    flags,
    write: (more) => {
      for (const [path, content] of Object.entries(more)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
        chmodSync(join(root, path), 0o644);
      }
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    exists: (path) => existsSync(join(root, path)),
    plan: async (verb, options = {}) => {
      const request = requests['operation.plan'].parse({ verb, repository: 'shop', options });
      const plan = await previewPlan(machine, request);
      return { plan, digest: digestOf(plan) };
    },
    start: async (verb, options, digest) => {
      const operation = randomUUID();
      const controller = new AbortController();
      await launch(
        paths,
        {
          operation,
          request: requestOf(verb, guid, options),
          ...(digest === undefined ? {} : { digest }),
          secret: Buffer.from(flags.passphrase),
          ...(flags.newPassphrase !== undefined && { newSecret: Buffer.from(flags.newPassphrase) }),
          by: 'test',
          origin: 'person',
          guid,
          owner: { uid: 0, gid: 0 },
        },
        'shop',
        detachUnder(controller.signal),
        [],
      );
      return {
        operation,
        cancel: () => controller.abort(),
        follow: (from) => follow(paths, logFolder(paths, operation), from),
      };
    },
    run: async (verb, options) => (await repository.start(verb, options)).follow(),
    remove: () => {
      for (const folder of [datastore, paths.run]) rmSync(folder, { recursive: true, force: true });
      removeControlGroup(cgroups);
    },
  };
  repository.write(files);
  return repository;
}

/** Makes a machine whose volume and daemon are flags; all steps that do not touch these are the true ones. */
function flaggedMachinery(paths: Paths, flags: Flags): Omit<MachineDependencies, 'paths'> {
  const nothing = (): Promise<void> => Promise.resolve();
  // The folders and links of a volume are true, but not its mount point's attributes, which few file systems have.
  const files = createVolumes(paths, (command, options) =>
    command[0] === 'chattr'
      ? Promise.resolve({ exitCode: 0, stdout: '', stderr: '' })
      : runCommand(command, options),
  );
  const isOpen = (): boolean => flags.open || flags.mounted;
  return {
    volumes: {
      allocate: nothing,
      format: nothing,
      open: (_repository, key, _file, slot) => {
        if (!opensBy(flags, key, slot?.toString()))
          return Promise.reject(new AppError('wrong-passphrase', { name: 'shop' }));
        if (isOpen()) return Promise.resolve(false);
        flags.open = true;
        return Promise.resolve(true);
      },
      makeFileSystem: nothing,
      mount: async ({ guid, name }) => {
        mkdirSync(mountPath(paths, guid), { recursive: true });
        await linkName(paths, guid, name);
        flags.mounted = true;
      },
      handOver: nothing,
      completeHandOver: () => Promise.resolve(false),
      secure: (repository) => (process.getuid?.() === 0 ? files.secure(repository) : nothing()),
      commit: (repository) => files.commit(repository),
      unmount: async () => {
        flags.open = isOpen();
        flags.mounted = false;
        return Promise.resolve('');
      },
      close: async () => {
        flags.open = false;
        return Promise.resolve();
      },
      refuseInUse: (repository) => files.refuseInUse(repository),
      remove: (repository) => files.remove(repository),
      discard: (repository) => files.discard(repository),
      link: nothing,
      grow: (_repository, size, key) => {
        if (!opensBy(flags, key)) return Promise.reject(new AppError('wrong-passphrase', { name: 'shop' }));
        const grown = size > flags.size;
        flags.size = size;
        return Promise.resolve(grown);
      },
      isOpen: () => Promise.resolve(isOpen()),
      isMounted: () => Promise.resolve(flags.mounted),
    },
    daemons: {
      start: async (_repository, reach) => {
        flags.reach = reach;
        const fresh = !flags.daemon;
        flags.daemon = true;
        return Promise.resolve(fresh);
      },
      stop: async () => {
        flags.daemon = false;
        return Promise.resolve();
      },
      isUp: () => Promise.resolve(flags.daemon),
      running: () => Promise.resolve(flags.daemon ? flags.containers : []),
      setReach: (_repository, reach) => {
        flags.reach = reach;
        return Promise.resolve(flags.daemon);
      },
      wall: () => Promise.resolve('kept'),
    },
    readProject: projectReader(),
    keys: createAutostartKeys(paths, flaggedCryptsetup(flags)),
    luks: createLuks(paths, flaggedCryptsetup(flags)),
    // Forks are true copies of true files, on a disk that shares no blocks; cryptsetup is the one of the flags.
    forks: createForks(paths, (command, options) =>
      command[0] === 'cryptsetup' ? flaggedCryptsetup(flags)(command, options) : runCommand(command, options),
    ),
    bootUnit: {
      problem: () =>
        Promise.resolve(flags.unit ? undefined : new AppError('autostart-unit', { unit: 'u', found: 'f' })),
      ensure: () => {
        const changed = !flags.unit;
        flags.unit = true;
        return Promise.resolve(changed);
      },
    },
  };
}

/** Tells whether a key opens one slot, or any. */
function opensBy({ slots }: Flags, key: Uint8Array, slot?: string): boolean {
  const tried = slot === undefined ? [...slots.values()] : [slots.get(slot)];
  return tried.some((held) => held?.equals(key) === true);
}

/** Makes a `cryptsetup` that answers from the flags' key slots; the machine tests have the true one. */
function flaggedCryptsetup(flags: Flags): RunCommand {
  const { slots, tokens } = flags;
  const answer = (exitCode: number, stdout = ''): ReturnType<RunCommand> =>
    Promise.resolve({ exitCode, stdout, stderr: '' });
  return async (command, options = {}) => {
    // The words that bring a second input stand before the command itself.
    const [verb = '', ...words] = command.slice(command.indexOf('cryptsetup') + 1);
    const input = Buffer.from(options.input ?? []);
    const after = (word: string): string | undefined =>
      words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
    switch (verb) {
      case 'luksDump':
        return answer(
          0,
          JSON.stringify({
            keyslots: Object.fromEntries([...slots.keys()].map((slot) => [slot, {}])),
            tokens: Object.fromEntries(tokens),
            digests: { 0: { keyslots: [...slots.keys()], segments: ['0'] } },
          }),
        );
      case 'open':
        return answer(opensBy(flags, input, after('--key-slot')) ? 0 : 2);
      case 'luksAddKey':
        slots.set(after('--key-slot') ?? '', Buffer.from(options.second ?? []));
        return answer(0);
      case 'luksKillSlot': {
        const slot = words.at(-1) ?? '';
        slots.delete(slot);
        for (const [number, token] of tokens)
          tokens.set(number, { ...token, keyslots: token.keyslots.filter((one) => one !== slot) });
        return answer(0);
      }
      case 'token':
        if (words[0] === 'remove') tokens.delete(after('--token-id') ?? '');
        else tokens.set(after('--token-id') ?? '', JSON.parse(input.toString()) as TokenFlag);
        return answer(0);
      case 'luksUUID': {
        if (words.includes('--uuid')) return answer(0);
        const text = readFileSync(words[0] ?? '', 'utf8');
        // A file with text in it is a backup of a header; the volume's own file is empty.
        const uuid = text === '' ? flags.uuid : /^header (.*)$/.exec(text)?.[1];
        return answer(uuid === undefined ? 1 : 0, uuid);
      }
      case 'luksHeaderBackup':
        // Commands run in the root folder, so paths are taken from there.
        writeFileSync(join('/', words[1] ?? ''), `header ${flags.uuid ?? ''}`);
        return answer(0);
      case 'luksHeaderRestore':
        flags.uuid = /^header (.*)$/.exec(readFileSync(words[2] ?? '', 'utf8'))?.[1];
        slots.set('0', Buffer.from('the saved passphrase'));
        return answer(0);
      default:
        throw new Error(`not expected: cryptsetup ${verb}`);
    }
  };
}

async function follow(
  paths: Paths,
  folder: string,
  from: LogPosition = { event: 0, output: 0 },
): Promise<Finished> {
  const events: OperationEvent[] = [];
  const chunks: Uint8Array[] = [];
  const ended = readLog(
    paths,
    folder,
    from,
    {
      event: async (event) => {
        events.push(event);
        return Promise.resolve();
      },
      output: async (bytes) => {
        chunks.push(Buffer.from(bytes));
        return Promise.resolve();
      },
    },
    new AbortController().signal,
  );
  await arrival('the end of the operation', ended, () => `its events: ${JSON.stringify(events)}`);
  const last = events.at(-1);
  return {
    events,
    output: Buffer.concat(chunks).toString('utf8'),
    verdict: last?.type === 'verdict' ? last.verdict : undefined,
    functions: events.flatMap((event) => {
      if (event.type !== 'step-ended') return [];
      const { step, outcome } = event.result;
      if (step.kind !== 'function') return [];
      return [`${step.function} ${step.file}: ${outcome}`];
    }),
  };
}

/** Reads the bytes of an operation's output as the machine keeps them. */
export async function keptOutput(repository: NativeRepository, operation: string): Promise<Buffer> {
  return readFile(join(operationFolder(repository.machine.paths, operation), 'output.000000000000000'));
}

/** Gives a repository a network id of its own, since its daemon's socket is found by that. */
export function giveNetworkId({ machine, guid }: NativeRepository, networkId: number): void {
  const file = metadataFile(machine.paths, guid);
  const metadata = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...metadata, networkId }));
}
