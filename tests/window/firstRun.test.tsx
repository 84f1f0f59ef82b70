// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FirstRunScreen } from '../../renderer/firstRun/FirstRunScreen.tsx';
import { newRun } from '../../renderer/firstRun/flow.ts';
import { beginRun } from '../../renderer/firstRun/runStore.ts';
import { speak } from '../../renderer/i18n/language.ts';
import { guid } from '../../renderer/status/events.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { useCreations } from '../../renderer/repository/create/creations.ts';
import { goTo, useNavigation } from '../../renderer/state/navigation.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { OperationEvent, Verdict } from '../../shared/model.ts';
import type { Verb } from '../../shared/verbs.ts';
import { webapp } from './panes.fixtures.ts';
import { checkList, createProgram, machineState } from './program.fixtures.ts';
import './terminal.fixtures.ts';

const key = { context: 'default', name: 'prod-1' };
const machine = { name: 'prod-1', host: '203.0.113.50', port: 22, user: 'deploy', datastore: '/mnt/rediacc' };

// The limits are only against a test that hangs: no test measures a time, and a busy computer takes long.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  speak('en');
  beginRun(newRun(undefined));
  useCreations.setState({ creations: {} });
  goTo({ screen: 'first-run' });
});
afterEach(cleanup);

/** Shows the screen of the place where the window is, as the frame does. */
function Place({ program }: { readonly program: ReturnType<typeof createProgram> }) {
  const place = useNavigation((state) => state.place);
  const [sessions] = useState(() => createLogSessions(program.api));
  return place.screen === 'first-run' ? (
    <FirstRunScreen api={program.api} sessions={sessions} machine={place.machine} />
  ) : (
    <p>left for {place.screen}</p>
  );
}

async function show(program: ReturnType<typeof createProgram>) {
  await program.start();
  return render(<Place program={program} />);
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const title = (name: string) => screen.findByRole('heading', { level: 1, name });
const step = (name: string) =>
  within(screen.getByRole('navigation')).getByText(name).closest('li') as HTMLElement;
const mark = (name: string) => within(step(name)).getByRole('img').getAttribute('aria-label');

async function typeHost() {
  await screen.findByRole('combobox', { name: 'SSH key' });
  type('Host', '203.0.113.50');
  type('User', 'deploy');
  type('Name', 'prod-1');
}

/** Makes the log of an operation that has ended. */
function endedLog(id: string, verb: Verb, verdict: Partial<Verdict> = {}): OperationEvent[] {
  const repository = { guid, name: 'webapp' };
  const stepOf = { index: 0, kind: 'open', onFailure: 'stop' } as const;
  return [
    {
      n: 0,
      at: 0,
      output: 0,
      type: 'started',
      operation: { id, verb, repository, origin: 'person', by: 'ana', startedAt: 0 },
    },
    { n: 1, at: 0, output: 0, type: 'step-started', step: stepOf },
    { n: 2, at: 2000, output: 0, type: 'step-ended', result: { step: stepOf, outcome: 'succeeded' } },
    {
      n: 3,
      at: 3000,
      output: 0,
      type: 'verdict',
      verdict: { kind: 'succeeded', failures: [], notRun: [], ...verdict },
    },
  ];
}

async function end(program: ReturnType<typeof createProgram>, id: string, log: OperationEvent[]) {
  await waitFor(() => expect(program.followed()).toContain(id));
  await act(async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    program.tellEvents(id, log);
  });
}

describe('the first run', () => {
  it('goes from a typed host to a running repository', async () => {
    const started: string[] = [];
    const program = createProgram({
      'operation.start': ({ request }) => {
        started.push(request.verb);
        return { operation: request.verb };
      },
      'machine.setup': () => ({}),
    });
    const { container } = await show(program);
    await title('Which machine?');
    await typeHost();
    press('Test the connection');

    await title('Is this 203.0.113.50?');
    expect(screen.getByText('SHA256:6y9m3P0c2Qm1Yf7bW0m3u8sN2x4k1Jv5rT8aZ0LdE7U')).toBeDefined();
    expect(program.callsOf('contexts.addMachine')).toEqual([]);
    expect(program.callsOf('machine.trust')).toEqual([]);
    press('Trust it and log in');

    await title('Set up prod-1');
    const target = { host: '203.0.113.50', port: 22, user: 'deploy', sshKey: '/home/ana/.ssh/id_ed25519' };
    const fingerprint = 'SHA256:6y9m3P0c2Qm1Yf7bW0m3u8sN2x4k1Jv5rT8aZ0LdE7U';
    expect(program.callsOf('machine.trust')).toEqual([{ target, fingerprint }]);
    expect(program.callsOf('contexts.create')).toEqual([
      { name: 'default', sshKey: '/home/ana/.ssh/id_ed25519' },
    ]);
    await screen.findByText(/Docker command line and Docker daemon will be installed/);
    expect(screen.getByText(/^3 things are missing/)).toBeDefined();
    expect((await axe.run(container)).violations).toEqual([]);
    press('Set it up');
    await waitFor(() => expect(program.callsOf('machine.setup')).toEqual([{ machine: key }]));
    act(() =>
      program.tell(key, {
        setup: { state: 'running', steps: [{ step: 'packages', state: 'running', packages: ['docker.io'] }] },
      }),
    );
    expect(mark('Machine')).toBe('under way');
    await screen.findByText(/installing Docker command line and Docker daemon/);
    act(() => program.tell(key, { setup: { state: 'succeeded', steps: [], checks: checkList() } }));
    await title('prod-1 is ready');
    press('Next: first repository');

    await title('First repository on prod-1');
    type('Name', 'webapp');
    type('Size', '1G');
    type('Passphrase', 'correct horse');
    type('Passphrase again', 'correct horse');
    expect((await axe.run(container)).violations).toEqual([]);
    press('Create it and start it');
    await title('webapp is made');
    expect(program.callsOf('operation.start')[0]).toEqual({
      machine: key,
      request: { verb: 'create', repository: 'webapp', options: { size: 1024 ** 3 } },
      passphrase: 'correct horse',
    });
    await end(program, 'create', endedLog('create', 'create'));
    await title('webapp starts');
    expect(program.callsOf('templates.apply')).toEqual([
      { machine: key, repository: 'webapp', template: 'one' },
    ]);
    act(() => program.tell(key, { repositories: [webapp] }));
    await end(program, 'up', endedLog('up', 'up'));
    await title('webapp is up');
    expect([started, mark('Up')]).toEqual([['create', 'up'], 'done']);
    press('Open webapp');
    expect(useNavigation.getState().place).toEqual({ screen: 'repository', machine: key, guid: webapp.guid });
    // The window's state does not keep the passphrase.
    expect(JSON.stringify(useCreations.getState())).not.toContain('correct horse');
  });

  it('says what is missing of what was typed, and asks the machine nothing', async () => {
    const program = createProgram();
    await show(program);
    type('Name', 'Prod');
    press('Test the connection');
    await screen.findByText('Type the name or the address of the machine.');
    expect(screen.getByText(/"Prod" cannot be a name/)).toBeDefined();
    expect(program.callsOf('machine.test')).toEqual([]);
  });

  it('refuses a changed key with both fingerprints', async () => {
    const program = createProgram({
      'machine.test': () => ({
        hostKey: {
          status: 'changed',
          fingerprint: 'SHA256:new',
          known: 'SHA256:old',
          error: toWire(
            new AppError('host-key-changed', {
              host: '203.0.113.50',
              known: 'SHA256:old',
              offered: 'SHA256:new',
              file: '/home/ana/.ssh/known_hosts',
            }),
          ),
        },
      }),
    });
    await show(program);
    await typeHost();
    press('Test the connection');
    await title('Is this 203.0.113.50?');
    expect(screen.getByRole('alert').textContent).toContain('known SHA256:old, offered SHA256:new');
    expect(screen.getByLabelText('Known until now').textContent).toBe('SHA256:old');
    expect(screen.getByLabelText('Offered now').textContent).toBe('SHA256:new');
    expect(screen.queryByRole('button', { name: /Trust/ })).toBeNull();
    expect(mark('Identity')).toBe('failed');
  });

  it('trusts no key of which nobody said so: Back leads to the form', async () => {
    const program = createProgram();
    await show(program);
    await typeHost();
    press('Test the connection');
    await title('Is this 203.0.113.50?');
    press('Back');
    await title('Which machine?');
    expect(program.callsOf('machine.trust')).toEqual([]);
    expect(program.callsOf('contexts.addMachine')).toEqual([]);
  });

  it('says why the login was refused, and what to do, and keeps nothing', async () => {
    const program = createProgram();
    program.host.known = true;
    program.host.login = new AppError('key-refused', { host: '203.0.113.50', user: 'deploy' });
    await show(program);
    await typeHost();
    press('Test the connection');
    await screen.findByText(/does not accept this SSH key/);
    expect(screen.getByText(/Add the public key to/)).toBeDefined();
    expect(program.callsOf('contexts.create')).toEqual([]);
    press('Back');
    await title('Which machine?');
    expect(screen.getByLabelText<HTMLInputElement>('Host').value).toBe('203.0.113.50');
  });

  it('leaves a machine that is ready at once, and lets one come back to look', async () => {
    const program = createProgram();
    program.host.known = true;
    program.host.checks = checkList();
    await show(program);
    await typeHost();
    press('Test the connection');
    await title('First repository on prod-1');
    press('Back');
    await title('prod-1 is ready');
  });

  it('fills the form from ~/.ssh/config', async () => {
    const program = createProgram({
      'contexts.importable': () => [
        {
          alias: 'Edge.Paris',
          name: 'edge-paris',
          throughOther: false,
          host: '192.0.2.7',
          port: 2222,
          user: 'ops',
          sshKey: '/home/ana/.ssh/id_edge',
        },
      ],
    });
    await show(program);
    fireEvent.click(await screen.findByRole('button', { name: 'Use Edge.Paris' }));
    const values = ['Host', 'Port', 'User', 'Name', 'Path of the key'].map(
      (label) => screen.getByLabelText<HTMLInputElement>(label).value,
    );
    expect(values).toEqual(['192.0.2.7', '2222', 'ops', 'edge-paris', '/home/ana/.ssh/id_edge']);
  });

  it('shows why the set-up stopped, and tries again', async () => {
    const program = createProgram({ 'machine.setup': () => ({}) });
    program.host.known = true;
    await show(program);
    await typeHost();
    press('Test the connection');
    await title('Set up prod-1');
    const error = toWire(new AppError('setup-failed', { machine: 'prod-1', step: 'packages', reason: 'no' }));
    act(() =>
      program.tell(key, {
        setup: { state: 'failed', steps: [{ step: 'packages', state: 'failed' }], error },
      }),
    );
    await screen.findByText(/stopped at "packages"/);
    expect(mark('Machine')).toBe('failed');
    fireEvent.click(await screen.findByRole('button', { name: 'Set it up again' }));
    await waitFor(() => expect(program.callsOf('machine.setup')).toHaveLength(1));
  });

  it('says why the set-up could not begin', async () => {
    const refused = new AppError('connection-lost');
    const program = createProgram({ 'machine.setup': () => Promise.reject(refused) });
    program.host.known = true;
    await show(program);
    await typeHost();
    press('Test the connection');
    await title('Set up prod-1');
    await screen.findByText(/^3 things are missing/);
    press('Set it up');
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
  });

  it('speaks French', async () => {
    speak('fr');
    await show(createProgram());
    await title('Quelle machine\u00a0?');
  });
});

describe('a run that an earlier window began', () => {
  const resume = async (
    change: Parameters<typeof machineState>[2],
    extra: Parameters<typeof createProgram>[0] = {},
  ) => {
    const contexts = {
      current: 'default',
      contexts: [{ name: 'default', sshKey: '/k', machines: [machine] }],
    };
    const program = createProgram(extra, contexts);
    await program.start();
    program.add(machineState(machine, 'default', change));
    const wanted: MachineKey = key;
    goTo({ screen: 'first-run', machine: wanted });
    render(<Place program={program} />);
    return program;
  };

  it('goes on at the set-up that runs', async () => {
    await resume({ setup: { state: 'running', steps: [{ step: 'packages', state: 'running' }] } });
    await title('Set up prod-1');
    expect(mark('Machine')).toBe('under way');
  });

  const info = { datastore: { path: '/mnt/rediacc', total: 1, available: 1 } } as never;

  it('goes on at the first repository of a machine that is ready', async () => {
    await resume({ info });
    await title('First repository on prod-1');
    expect(screen.getByText(/1 B free in \/mnt\/rediacc/)).toBeDefined();
  });

  it('asks what a repository that was made begins with, and starts it', async () => {
    const empty = { ...webapp, services: [], lastOperation: { verb: 'create' } as never };
    const program = await resume(
      { info, repositories: [empty] },
      { 'operation.start': ({ request }) => ({ operation: request.verb }) },
    );
    await title('webapp is ready');
    fireEvent.click(await screen.findByRole('radio', { name: /PostgreSQL, Redis and an API/ }));
    press('Begin');
    await title('webapp starts');
    expect(program.callsOf('templates.apply')).toEqual([
      { machine: key, repository: 'webapp', template: 'webapp' },
    ]);
    const error = toWire(
      new AppError('function-failed', { function: 'prep', file: 'Rediaccfile', exitCode: 1 }),
    );
    await end(program, 'up', endedLog('up', 'up', { kind: 'failed', error }));
    await title('webapp did not start');
    expect(screen.getByRole('alert').textContent).toContain('prep of Rediaccfile ended with exit code 1');
    act(() => goTo({ screen: 'machines' }));
    await screen.findByText('left for machines');
    act(() => goTo({ screen: 'first-run', machine: key }));
    await title('webapp did not start');
    press('Go on from here');
    await waitFor(() => expect(program.callsOf('operation.start')).toHaveLength(2));
    expect(program.callsOf('templates.apply')).toHaveLength(1);
  });
});

describe('a machine whose context is another than the one in use', () => {
  const contexts = {
    current: 'production',
    contexts: ['production', 'staging'].map((name) => ({ name, sshKey: '/k', machines: [machine] })),
  };
  const moving = async () => {
    const program = createProgram({}, contexts);
    program.host.known = true;
    await program.start();
    program.add(machineState(machine, 'staging'));
    goTo({ screen: 'first-run', machine: { context: 'staging', name: 'prod-1' } });
    render(<Place program={program} />);
    await title('Set up prod-1');
    press('Back');
    await title('Which machine?');
    type('Context', 'production');
    return program;
  };

  it('cannot take the place of one of the same name', async () => {
    const { callsOf } = await moving();
    await screen.findByRole('heading', { name: 'Add a machine to production' });
    type('User', 'other');
    press('Test the connection');
    expect(await screen.findByText(/already/)).toBeDefined();
    expect(callsOf('machine.test')).toEqual([]);
    expect(callsOf('contexts.removeMachine')).toEqual([]);
  });

  it('is not forgotten there when it is added here under another name', async () => {
    const { callsOf } = await moving();
    type('Name', 'prod-2');
    press('Test the connection');
    await waitFor(() =>
      expect(callsOf('contexts.addMachine')).toEqual([{ ...machine, context: 'production', name: 'prod-2' }]),
    );
    expect(callsOf('contexts.removeMachine')).toEqual([]);
  });
});
