import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { feedState, unknownState, useAppState } from '../../renderer/state/appState.ts';
import type { ApiMethod, ApiParams, ApiResult, Contexts, LogSource } from '../../shared/api/api.ts';
import type { MachineCheck, MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Machine, OperationEvent } from '../../shared/model.ts';

type Answers = { [M in ApiMethod]?: (params: ApiParams<M>) => unknown };

/** Makes the checks of a machine on which all is there except what `missing` names. */
export function checkList(...missing: string[]): MachineCheck[] {
  const ids = ['systemd', 'cgroup', 'node', 'docker', 'compose', 'cryptsetup', 'dockerd', 'containerd'];
  const own = ['losetup', 'mkfs.ext4', 'dm_crypt', 'agent', 'configuration', 'datastore', 'autostart'];
  const found: Record<string, string> = {
    systemd: '257',
    docker: '26.1.5',
    cryptsetup: '2.7.5',
    node: '20.19.2',
  };
  return [...ids, ...own].map((id) => {
    if (missing.includes(id)) return { id, state: 'missing' };
    return { id, state: 'present', ...(found[id] !== undefined && { found: found[id] }) };
  });
}

/** Makes the state of a machine that has told of itself. */
export function machineState(
  machine: Machine,
  context: string,
  change: Partial<MachineState> = {},
): MachineState {
  return {
    machine: { ...machine, context },
    connection: { state: 'connected', since: 0 },
    metrics: [],
    repositories: [],
    operations: [],
    ...change,
  };
}

/** Makes a stand-in for the program behind the window, with contexts, a host and logs; the window shows its state. */
export function createProgram(extra: Answers = {}, contexts: Contexts = { contexts: [] }) {
  const host = {
    known: false,
    checks: checkList('docker', 'dockerd', 'agent'),
    login: undefined as AppError | undefined,
  };
  const truth = { contexts, machines: [] as MachineState[] };
  const logs = new Map<number, LogSource>();
  const say = (): Contexts => {
    fake.emit('contexts.changed', truth.contexts);
    return truth.contexts;
  };
  const change = (next: Contexts): Contexts => {
    truth.contexts = next;
    return say();
  };
  const edit = (name: string, of: (machines: readonly Machine[]) => Machine[]): Contexts =>
    change({
      ...truth.contexts,
      contexts: truth.contexts.contexts.map((one) =>
        one.name === name ? { ...one, machines: of(one.machines) } : one,
      ),
    });
  const tell = (machine: MachineKey, news: Partial<MachineState>): void => {
    truth.machines = truth.machines.map((one) =>
      one.machine.name === machine.name ? { ...one, ...news } : one,
    );
    fake.emit('state.changed', { machines: [{ machine, change: news }], removed: [] });
  };
  const add = (state: MachineState): void => {
    truth.machines = [...truth.machines, state];
    const { context, name } = state.machine;
    fake.emit('state.changed', {
      context,
      machines: [{ machine: { context, name }, change: state }],
      removed: [],
    });
  };
  const answers: Answers = {
    'app.info': (): ApiResult<'app.info'> => ({
      version: '1.0.0',
      mode: 'electron',
      platform: 'linux',
      locale: 'en',
      keychain: { state: 'available' },
    }),
    'settings.get': () => ({ theme: 'dark', language: 'en', screenReader: false, notifications: true }),
    'state.get': () => ({ machines: truth.machines, bulks: [], prompts: [] }),
    'contexts.list': () => truth.contexts,
    'contexts.create': ({ name, sshKey }) =>
      change({ current: name, contexts: [...truth.contexts.contexts, { name, sshKey, machines: [] }] }),
    'contexts.use': ({ name }) => change({ ...truth.contexts, current: name }),
    'contexts.delete': ({ name }) =>
      change({ contexts: truth.contexts.contexts.filter((one) => one.name !== name) }),
    'contexts.addMachine': ({ context, port = 22, datastore = '/mnt/rediacc', ...rest }) => {
      const machine = { ...rest, port, datastore };
      edit(context, (machines) => [...machines, machine]);
      add(machineState(machine, context));
      return truth.contexts;
    },
    'contexts.removeMachine': ({ machine }) =>
      edit(machine.context, (machines) => machines.filter(({ name }) => name !== machine.name)),
    'contexts.importable': () => [],
    'keys.list': () => [
      { file: '/home/ana/.ssh/id_ed25519', type: 'ed25519', encrypted: false },
      { file: '/home/ana/.ssh/id_rsa', type: 'rsa', encrypted: true },
    ],
    'machine.test': (): ApiResult<'machine.test'> => ({
      hostKey: {
        status: host.known ? 'known' : 'unknown',
        type: 'ssh-ed25519',
        fingerprint: 'SHA256:6y9m3P0c2Qm1Yf7bW0m3u8sN2x4k1Jv5rT8aZ0LdE7U',
      },
      ...(host.known && {
        login: host.login ? { ok: false, error: wire(host.login) } : { ok: true, milliseconds: 12 },
      }),
    }),
    'machine.trust': () => {
      host.known = true;
      return {};
    },
    'machine.check': () => host.checks,
    'templates.list': () => [
      { template: 'one', files: ['docker-compose.yml', 'Rediaccfile'] },
      { template: 'webapp', files: ['docker-compose.yml', 'Rediaccfile'] },
    ],
    'log.open': ({ source }) => {
      const log = logs.size + 1;
      logs.set(log, source);
      return { log };
    },
    ...extra,
  };
  const fake = createFakeApi(answers);
  return {
    ...fake,
    host,
    tell,
    add,
    /** Begins to feed the window with the state. Resolves with the function that ends it. */
    start: async (): Promise<() => void> => {
      useAppState.setState(unknownState, true);
      let read = (): void => undefined;
      const all = new Promise<void>((resolve) => (read = resolve));
      const stop = feedState(fake.api, read);
      fake.link('open');
      await all;
      return stop;
    },
    /** Lists the operations whose logs are open. */
    followed: (): string[] =>
      [...logs.values()].flatMap((source) => (source.kind === 'operation' ? [source.operation] : [])),
    /** Sends events of an operation to all open logs of it. */
    tellEvents: (operation: string, events: readonly OperationEvent[]): void => {
      for (const [log, source] of logs) {
        if (source.kind !== 'operation' || source.operation !== operation) continue;
        for (const event of events) fake.emit('log.event', { log, event });
      }
    },
  };
}

function wire({ code, details, message }: AppError) {
  return { code, details, message };
}
