// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDock } from '../../renderer/state/dockStore.ts';
import { DialogHost } from '../../renderer/frame/DialogHost.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { MachineScreen } from '../../renderer/machines/MachineScreen.tsx';
import { MachinesScreen } from '../../renderer/machines/MachinesScreen.tsx';
import { unknownState, useAppState } from '../../renderer/state/appState.ts';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import { useNavigation } from '../../renderer/state/navigation.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import { prod1 } from './machines.fixtures.ts';
import './terminal.fixtures.ts';

// The limit is only against a test that hangs: whole screens take long on a busy computer.
vi.setConfig({ testTimeout: 60_000 });

const now = Date.now();
const key = { context: 'production', name: 'prod-1' };
const [webapp, mail, analytics, stagingCopy, archive] = prod1(now).repositories ?? [];

beforeEach(() => {
  speak('en');
  useDock.setState({ open: false, tabs: [] });
  useDialogs.setState({ waiting: [] });
  useAppState.setState({ ...unknownState, link: 'open' }, true);
});
afterEach(cleanup);

type Answers = Parameters<typeof createFakeApi>[0];

function show(machines: readonly MachineState[], screenName: 'one' | 'all' = 'one', answers: Answers = {}) {
  useAppState.setState({ machines, context: 'production', info: {} as never });
  const fake = createFakeApi({
    'operation.start': () => ({ operation: '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f' }),
    'passphrase.remembered': () => [],
    'app.info': () => ({ keychain: { state: 'basic' } }),
    ...answers,
  });
  const props = { api: fake.api, sessions: createLogSessions(fake.api) };
  const shown = render(
    <main>
      {screenName === 'one' ? <MachineScreen {...props} machine={key} /> : <MachinesScreen {...props} />}
      <DialogHost />
    </main>,
  );
  return { ...fake, ...shown };
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
/** Returns the verb and the repository of every operation that was started. */
const requestsOf = (callsOf: ReturnType<typeof createFakeApi>['callsOf']) =>
  callsOf('operation.start').map(({ request }) => [request.verb, request.repository]);
const rowsOf = (table: string) =>
  within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent);
const panes = () =>
  useDock.getState().tabs.flatMap((tab) => tab.panes.map(({ title, source }) => `${title} (${source.kind})`));
const offline = (code: 'machine-unreachable' | 'key-refused' | 'machine-not-set-up', retryAt?: number) => ({
  connection: {
    ...{ state: 'offline' as const, since: now, error: toWire(new AppError(code, { machine: 'prod-1' })) },
    ...(retryAt !== undefined && { retryAt }),
  },
});

/** Makes the state of a machine that has not told anything yet. */
const unheard = (): MachineState => {
  const { machine, connection } = prod1(now);
  return { machine, connection, metrics: [] };
};

describe('the page of a machine', () => {
  it('shows its figures, repositories and containers, trouble first, and axe finds nothing', async () => {
    const { container } = show([prod1(now)]);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('prod-1');
    expect(screen.getByText('deploy@203.0.113.50')).toBeDefined();
    expect(screen.getByRole('region', { name: 'CPU' }).textContent).toBe('CPU4 cores23 %');
    expect(screen.getByRole('region', { name: 'Datastore' }).textContent).toMatch(
      /400\s*GiB342 GiB · 85\s*%/,
    );
    expect(rowsOf('Repositories')).toEqual([
      expect.stringMatching(/^Startingwebapp6.1 of 10\s*GiB2\/3.*Cancel$/),
      expect.stringMatching(/^Runningmail11.7 of 20\s*GiB4\/42880boot · .*Down$/),
      expect.stringMatching(/^Degradedanalytics88 of 96\s*GiB5\/6.*up · .*Down$/),
      expect.stringMatching(/^Stopped, mountedstaging-copy fork of webapp.*0\/3.*Up$/),
      expect.stringMatching(/^Closedarchive200\s*GiB–.*Up$/),
    ]);
    expect(rowsOf('Containers')).toEqual([
      expect.stringMatching(/^Exited \(137\)clickhouseanalytics127.0.11.131––4/),
      expect.stringMatching(/^Startingapiwebapp127.0.11.234\s*%96\s*MiB0/),
      expect.stringMatching(/^Healthypostgreswebapp127.0.11.31.2\s*%212\s*MiB0/),
    ]);
    expect((await axe.run(container)).violations).toEqual([]);
  });

  it('tells what is worth knowing of it, such as an agent that keeps ending', () => {
    const { info } = prod1(now);
    const notices = [{ code: 'agent-failing', details: { restarts: 41, result: 'exit-code 1' } }];
    show([prod1(now, { info: info && { ...info, notices } })]);
    expect(screen.getByRole('list', { name: 'Worth knowing' }).textContent).toContain(
      'ends again and again (41 starts, last exit-code 1)',
    );
  });

  it('puts a container in a crash loop first, in words that are not green', () => {
    const [api, ...others] = prod1(now).containers ?? [];
    const crashLoop = { restarts: 8, startedAt: now - 2000, exitCode: 3 };
    const looping = api === undefined ? [] : [{ ...api, health: 'healthy' as const, restarts: 8, crashLoop }];
    show([prod1(now, { containers: [...others.slice(0, 1), ...looping] })]);
    expect(rowsOf('Containers')).toEqual([
      expect.stringMatching(/^Crash loop \(3\)apiwebapp.*8/),
      expect.stringMatching(/^Healthypostgres/),
    ]);
  });

  it('counts the work of a container by processors', () => {
    const [first] = prod1(now).containers ?? [];
    show([prod1(now, { containers: first === undefined ? [] : [{ ...first, cpu: 3.5 }] })]);
    expect(rowsOf('Containers')).toEqual([expect.stringMatching(/127.0.11.2350\s*%/)]);
  });

  it('starts an open repository with one click, and opens its log', async () => {
    const { callsOf } = show([prod1(now)]);
    press('Up staging-copy');
    await waitFor(() => expect(panes()).toEqual(['staging-copy · up (operation)']));
    expect(callsOf('operation.start').map(({ request }) => request.verb)).toEqual(['up']);
  });

  it('cancels what runs in a repository, and nothing else, and says why that was refused', async () => {
    const refused = new AppError('connection-lost');
    const { callsOf } = show([prod1(now)], 'one', { 'operation.cancel': () => Promise.reject(refused) });
    press('Cancel webapp');
    expect(callsOf('operation.cancel')).toEqual([{ machine: key, operation: webapp?.operation?.id }]);
    expect(callsOf('operation.start')).toEqual([]);
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
  });

  it('asks for what a closed one needs, and says in its row why an action was refused', async () => {
    const refused = new AppError('repository-busy', { name: 'mail', verb: 'up', by: 'ana' });
    show([prod1(now)], 'one', {
      'operation.start': () => {
        throw refused;
      },
    });
    press('Up archive');
    expect((await screen.findByRole('dialog')).textContent).toContain('Passphrase of archive');
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    press('Down mail');
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Down' }));
    expect((await screen.findByRole('alert')).textContent).toContain('"mail"');
  });

  it('asks before autostart is switched, on and off', async () => {
    show([prod1(now)]);
    fireEvent.click(screen.getByRole('switch', { name: 'Autostart of archive' }));
    expect((await screen.findByRole('dialog')).textContent).toContain('root access');
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    fireEvent.click(screen.getByRole('switch', { name: 'Autostart of mail' }));
    expect((await screen.findByRole('dialog')).textContent).toContain('Type mail to go on');
  });

  it('opens a repository by its name and by a double click, and a container by a click', () => {
    show([prod1(now)]);
    press(/^mail$/);
    expect(useNavigation.getState().place).toEqual({
      ...{ screen: 'repository', machine: key, guid: mail?.guid },
    });
    fireEvent.doubleClick(screen.getByText('Closed'));
    expect(useNavigation.getState().place).toMatchObject({ guid: archive?.guid });
    press('Log of analytics clickhouse');
    expect(panes()).toEqual(['analytics · clickhouse (containers)']);
  });

  it('offers what fits in the menu of a row', async () => {
    show([prod1(now)]);
    press('More actions for mail');
    const entries = await screen.findAllByRole('menuitem');
    expect(
      entries.map((one) => `${one.textContent}${one.getAttribute('aria-disabled') === 'true' ? ' -' : ''}`),
    ).toEqual(['Up', 'Down', 'Open', 'Log of the last operation', 'Disable autostart', 'Delete -']);
    fireEvent.click(entries[5] as HTMLElement);
    expect(screen.queryByRole('dialog')).toBeNull();
    fireEvent.click(entries[3] as HTMLElement);
    expect(panes()).toEqual(['mail · up (operation)']);
  });

  it('asks for the name before the menu of a row switches autostart off, and asks the machine for just that', async () => {
    const { callsOf } = show([prod1(now)]);
    press('More actions for mail');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Disable autostart' }));
    const dialog = await screen.findByRole('dialog', { name: 'Disable autostart' });
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'mail' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Disable autostart' }));
    await waitFor(() => expect(requestsOf(callsOf)).toEqual([['autostart-disable', mail?.guid]]));
  });

  it('asks for the passphrase before the menu of a row switches autostart on', async () => {
    const { callsOf } = show([prod1(now)]);
    press('More actions for staging-copy');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Enable autostart' }));
    const dialog = await screen.findByRole('dialog', { name: 'Enable autostart' });
    fireEvent.change(within(dialog).getByLabelText('Passphrase of staging-copy'), {
      target: { value: 'correct horse' },
    });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Enable autostart' }));
    await waitFor(() => expect(requestsOf(callsOf)).toEqual([['autostart-enable', stagingCopy?.guid]]));
  });

  it('deletes from the menu of a row only a closed repository, whose name is typed', async () => {
    const { callsOf } = show([prod1(now)]);
    press('More actions for archive');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const dialog = await screen.findByRole('dialog');
    const act = within(dialog).getByRole('button', { name: 'Delete' });
    expect(act).toHaveProperty('disabled', true);
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'archiv' } });
    expect(act).toHaveProperty('disabled', true);
    fireEvent.change(within(dialog).getByRole('textbox'), { target: { value: 'archive' } });
    fireEvent.click(act);
    await waitFor(() => expect(requestsOf(callsOf)).toEqual([['delete', archive?.guid]]));
  });
});

describe('a machine that is away', () => {
  it('keeps its last data, greyed to unknown, with age, countdown and a button', () => {
    const away = { ...offline('machine-unreachable', now + 6000), lastSeen: now - 12_600_000 };
    const { callsOf } = show([prod1(now, away)]);
    expect(screen.getByText(/^Last seen 3 hr\. ago/)).toBeDefined();
    expect(screen.queryByText(/not been reached yet/)).toBeNull();
    expect(screen.getByText(/^Next try in \d s$/)).toBeDefined();
    expect(rowsOf('Repositories').every((row) => row.startsWith('Unknown'))).toBe(true);
    expect(rowsOf('Containers').every((row) => row.startsWith('Unknown'))).toBe(true);
    expect(screen.getByRole('button', { name: 'Up all' })).toHaveProperty('disabled', true);
    press('Reconnect now');
    expect(callsOf('machine.reconnect')).toEqual([{ machine: key }]);
  });

  it('says what a person has to do where it is not tried again', () => {
    show([prod1(now, offline('key-refused'))]);
    expect(screen.getByText('Needs you')).toBeDefined();
    expect(screen.queryByText(/Next try/)).toBeNull();
  });

  it('says what is missing where it is not set up, sets it up, and shows how that goes', async () => {
    const bare = { ...unheard(), ...offline('machine-not-set-up') };
    const { callsOf } = show([bare], 'one', {
      'machine.check': () => [
        { id: 'docker', state: 'missing', needed: '>= 24' },
        { id: 'systemd', state: 'present', found: '257' },
      ],
    });
    expect(await screen.findByText(/^Docker command line/)).toBeDefined();
    press('Set it up');
    await waitFor(() => expect(panes()).toEqual(['Set-up of prod-1 (setup)']));
    expect(callsOf('machine.setup')).toEqual([{ machine: key }]);
    cleanup();
    show([{ ...bare, setup: { state: 'running', steps: [{ step: 'packages', state: 'running' }] } }]);
    expect(screen.getByText('Setting up prod-1')).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Set it up' })).toBeNull();
  });

  it('has a place for what will come, and one action where nothing is', () => {
    show([{ ...unheard(), connection: { state: 'connecting', since: now } }]);
    expect(screen.getAllByRole('status', { name: 'Loading' })).toHaveLength(2);
    cleanup();
    show([prod1(now, { repositories: [], containers: [] })]);
    expect(screen.getByText('No repository yet')).toBeDefined();
    cleanup();
    show([]);
    expect(screen.getByText('This machine is not in the context any more')).toBeDefined();
  });

  it('speaks French', () => {
    speak('fr');
    show([prod1(now)]);
    expect(screen.getByRole('button', { name: 'Démarrer archive' })).toBeDefined();
    expect(screen.getByRole('button', { name: 'Nouveau dépôt' })).toBeDefined();
  });
});

describe('the machines of a context', () => {
  const named = (name: string, change: Partial<MachineState>): MachineState => {
    const machine = prod1(now, change);
    return { ...machine, machine: { ...machine.machine, name } };
  };

  it('are listed with their trouble, their figures and what fits', async () => {
    const failed = [{ ...webapp, state: 'failed' }, analytics] as MachineState['repositories'];
    const { container, callsOf } = show(
      [
        prod1(now),
        named('prod-2', { repositories: failed ?? [] }),
        named('edge', { ...offline('machine-unreachable', now + 5000), lastSeen: now - 12_600_000 }),
        named('bare', offline('machine-not-set-up')),
      ],
      'all',
    );
    expect(rowsOf('Machines')).toEqual([
      expect.stringMatching(/^Degradedprod-1deploy@.*2 of 5 running1 degraded23\s*%59\s*%85\s*%now/),
      expect.stringMatching(/^Troubleprod-2.*1 of 2 running1 failed1 degraded/),
      expect.stringMatching(/^Offline3 hr\. agoedge.*Reconnect$/),
      expect.stringMatching(/^Not set up.*bare.*Set it up$/),
    ]);
    expect((await axe.run(container)).violations).toEqual([]);
    press('Reconnect edge');
    expect(callsOf('machine.reconnect')).toEqual([{ machine: { ...key, name: 'edge' } }]);
    press(/^prod-2$/);
    expect(useNavigation.getState().place).toMatchObject({ screen: 'machine', machine: { name: 'prod-2' } });
  });

  it('are forgotten only after a question, from the list and from the page', async () => {
    for (const screenName of ['all', 'one'] as const) {
      const { callsOf } = show([prod1(now)], screenName);
      press(screenName === 'all' ? 'More actions for prod-1' : 'More for prod-1');
      fireEvent.click(await screen.findByRole('menuitem', { name: 'Remove the machine' }));
      expect((await screen.findByRole('dialog')).textContent).toContain('Nothing happens on the machine');
      expect(callsOf('contexts.removeMachine')).toEqual([]);
      cleanup();
      useDialogs.setState({ waiting: [] });
    }
  });

  it('bring the plan of what is done for all of them, from the menu of a machine and from the head', async () => {
    const two = [prod1(now), named('prod-2', {})];
    const answers = { 'bulk.plan': () => ({ items: [], failures: [] }) };
    const { callsOf } = show(two, 'all', answers);
    press('More actions for prod-2');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Down all' }));
    await screen.findByRole('dialog', { name: 'Down all on prod-2' });
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    press('Up all prod-1');
    await screen.findByRole('dialog', { name: 'Up all on prod-1' });
    expect(callsOf('bulk.plan').map(({ request }) => [request.verb, request.machines])).toEqual([
      ['down', [{ ...key, name: 'prod-2' }]],
      ['up', [key]],
    ]);
    expect(callsOf('bulk.start')).toEqual([]);
  });

  it('have one action where there is none', () => {
    show([], 'all');
    press('Add machine');
    expect(useNavigation.getState().place).toEqual({ screen: 'first-run' });
  });
});
