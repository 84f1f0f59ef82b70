import { PassThrough, Writable } from 'node:stream';
import type { ContextStore } from '../electron/engine/context/contexts.ts';
import type { Engine, MachineReference } from '../electron/engine/engine.ts';
import { AppError } from '../shared/errors.ts';
import type { OperationEvent, Verdict } from '../shared/model.ts';
import { runRdc } from './rdc.ts';
import type { Input, Output, People, LocalEngine, RdcDependencies } from './dependencies.ts';

export const OPERATION = '22222222-2222-4222-8222-222222222222';
export const repository = { guid: '11111111-1111-4111-8111-111111111111', name: 'webapp' };

const reference: MachineReference = {
  context: 'production',
  machine: { name: 'prod-1', host: '203.0.113.50', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/home/ann/.ssh/id_ed25519',
};

/** The outcome of a run: exit code, both outputs, and what the engine was asked for, in order. */
export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly asked: readonly unknown[];
}

/** The surroundings of `rdc` that a test makes up: the machine's answers, and the keys that the person types. */
export interface Scene {
  readonly engine?: Partial<Engine>;
  readonly remote?: Partial<LocalEngine>;
  /** The answers to requests, by method. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** The names of machines of the context beside prod-1. */
  readonly machines?: readonly string[];
  readonly stdin?: string;
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Receives the handler of Ctrl-C as soon as a command listens for it. */
  readonly onInterrupt?: (press: () => void) => void;
  /** Receives the object through which the engine asks the person. */
  readonly onPeople?: (people: People) => void;
}

/** Runs `rdc` with made-up dependencies and one machine, prod-1. */
export async function rdc(words: string, scene: Scene = {}): Promise<Ran> {
  const asked: unknown[] = [];
  const stdout = collector(scene.terminal);
  const stderr = collector(scene.terminal);
  const exit = await runRdc(words.split(' ').filter(Boolean), worldOf(scene, asked, stdout, stderr));
  return { exit, stdout: stdout.text(), stderr: stderr.text(), asked };
}

function worldOf(scene: Scene, asked: unknown[], stdout: Output, stderr: Output): RdcDependencies {
  const stdin: Input = Object.assign(new PassThrough(), { isTTY: scene.terminal === true });
  stdin.push(scene.stdin ?? '');
  if (!scene.terminal) stdin.push(null);
  return {
    stdin,
    stdout,
    stderr,
    env: scene.env ?? {},
    version: '0.1.0',
    now: () => 100_000,
    onInterrupt(handler) {
      scene.onInterrupt?.(handler);
      return () => undefined;
    },
    contexts: () => Promise.resolve(contextsOf(scene, asked)),
    remote: (people) => {
      scene.onPeople?.(people);
      const remote: LocalEngine = {
        engine: engineOf(scene, asked),
        setup: () => Promise.reject(new AppError('internal')),
        hostKey: () => Promise.reject(new AppError('internal')),
        scanKeys: () => Promise.reject(new AppError('internal')),
        close: () => Promise.resolve(),
        ...scene.remote,
      };
      return Promise.resolve(remote);
    },
  };
}

function contextsOf(scene: Scene, asked: unknown[]): ContextStore {
  const missing = () => Promise.reject(new AppError('internal'));
  return {
    list: missing,
    look: missing,
    createLocal: missing,
    use: missing,
    delete: missing,
    addMachine: missing,
    addMachines: missing,
    removeMachine: missing,
    machines() {
      const { context: name, sshKey, machine } = reference;
      const others = (scene.machines ?? []).map((other) => ({ ...machine, name: other }));
      return Promise.resolve({ name, sshKey, machines: [machine, ...others] });
    },
    resolve(machine, context) {
      if (machine !== undefined && machine !== 'prod-1') {
        return Promise.reject(new AppError('machine-not-found', { name: machine, context: context ?? '' }));
      }
      if (context !== undefined) asked.push(['context', context]);
      return Promise.resolve(reference);
    },
  };
}

/** Makes an engine that notes every call in `asked`; secrets are copied, because the command wipes them later. */
function engineOf(scene: Scene, asked: unknown[]): Engine {
  const refuse = () => Promise.reject(new AppError('internal', { reason: 'not in this scene' }));
  const engine: Partial<Engine> = {
    request: (_, method, params) => {
      asked.push([method, params]);
      return Promise.resolve(scene.answers?.[method] as never);
    },
    start: (_, request, { passphrase }) => {
      asked.push(['start', request, ...(passphrase ? [Buffer.from(passphrase).toString()] : [])]);
      return Promise.resolve({ operation: OPERATION });
    },
    follow: refuse,
    plan: refuse,
    cancel: refuse,
    ...scene.engine,
  };
  return engine as Engine;
}

function collector(isTTY = false): Output & { text: () => string } {
  let text = '';
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(sink, { isTTY, columns: 80, rows: 24, text: () => text });
}

/** Makes a `follow` that tells of one step with this output and ends with this verdict. */
export function following(
  verdict: Partial<Verdict> & Pick<Verdict, 'kind'>,
  output = 'Starting services...\r\n',
): Pick<Engine, 'follow'> {
  const whole: Verdict = { failures: [], notRun: [], ...verdict };
  const head = {
    id: OPERATION,
    verb: 'up',
    repository,
    origin: 'person',
    by: 'ann@desk',
    startedAt: 0,
  } as const;
  const step = {
    index: 0,
    kind: 'function',
    onFailure: 'stop',
    file: 'Rediaccfile',
    function: 'up',
  } as const;
  const events: OperationEvent[] = [
    { n: 0, at: 0, output: 0, type: 'started', operation: head },
    { n: 1, at: 1000, output: 0, type: 'step-started', step },
    { n: 2, at: 2000, output: output.length, type: 'verdict', verdict: whole },
  ];
  return {
    async follow(_, __, { onEvent, onOutput }) {
      for (const event of events.slice(0, 2)) onEvent(event);
      await onOutput(Buffer.from(output), 0);
      for (const event of events.slice(2)) onEvent(event);
      return { kind: 'verdict', verdict: whole };
    },
  };
}
