// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDock } from '../../renderer/state/dockStore.ts';
import { DialogHost } from '../../renderer/frame/DialogHost.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { createTeller, operationId, planOf } from '../../renderer/status/events.fixtures.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { OperationsScreen } from '../../renderer/operations/OperationsScreen.tsx';
import { RepositoryScreen } from '../../renderer/repository/RepositoryScreen.tsx';
import { unknownState, useAppState } from '../../renderer/state/appState.ts';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import { en } from '../../shared/text/en/en.ts';
import type { ApiClient } from '../../shared/api/api.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import type { OperationSummary, Repository } from '../../shared/model.ts';
import { machineWith, webapp } from './panes.fixtures.ts';
import './terminal.fixtures.ts';

const key = { context: 'production', name: 'prod-1' };

beforeEach(() => {
  speak('en');
  useDock.setState({ open: false, tabs: [] });
  useDialogs.setState({ waiting: [] });
  useAppState.setState(unknownState, true);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function showRepository(change: Partial<Repository> = {}, answers: Parameters<typeof createFakeApi>[0] = {}) {
  const repository = { ...webapp, ...change };
  const fake = createFakeApi({
    'operation.start': () => ({ operation: operationId }),
    'passphrase.remembered': () => [],
    'app.info': () => ({ keychain: { state: 'basic' } }),
    ...answers,
  });
  const shown = render(
    <>
      <RepositoryScreen
        api={fake.api}
        sessions={createLogSessions(fake.api)}
        machine={machineWith(repository)}
        repository={repository}
      />
      <DialogHost />
    </>,
  );
  return { ...fake, ...shown };
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const panes = () =>
  useDock
    .getState()
    .tabs.map((tab) => tab.panes.map(({ title }) => title))
    .flat();

describe('the repository screen', () => {
  it('shows its services, none greener than it is, and axe finds nothing', async () => {
    const { container } = showRepository();
    expect(screen.getAllByRole('row').map((row) => row.textContent)).toEqual([
      expect.stringContaining('Service'),
      expect.stringMatching(/^Healthyapi0127\.0\.11\.2API_IP/),
      expect.stringMatching(/^Healthypostgres/),
      expect.stringMatching(/^Stoppedredis/),
    ]);
    expect((await axe.run(container)).violations).toEqual([]);
  });

  it('asks for the passphrase of a closed one, starts it and opens its log', async () => {
    const { callsOf } = showRepository({ state: 'closed', mounted: false, daemon: false, services: [] });
    press('Up');
    await screen.findByRole('dialog');
    type('Passphrase of webapp', 'correct horse');
    fireEvent.click(screen.getAllByRole('button', { name: 'Up', hidden: true }).at(-1) as HTMLElement);
    await waitFor(() => expect(panes()).toEqual(['webapp · up']));
    expect(callsOf('operation.start')).toEqual([
      {
        machine: key,
        request: { verb: 'up', repository: webapp.guid, options: { mount: true } },
        passphrase: 'correct horse',
        remember: false,
      },
    ]);
    expect(useDock.getState().open).toBe(true);
  });

  it('shows the warning before autostart is enabled', async () => {
    const { callsOf } = showRepository();
    fireEvent.click(screen.getByRole('switch', { name: 'Autostart' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('Anybody with root access to the server can mount');
    expect(callsOf('operation.start')).toEqual([]);
  });

  it('cancels just the operation that runs', async () => {
    const operation = {
      ...{
        id: operationId,
        verb: 'up',
        state: 'running',
        startedAt: Date.now(),
        origin: 'person',
        by: 'ana',
      },
      repository: { guid: webapp.guid, name: 'webapp' },
    } as OperationSummary;
    const { callsOf } = showRepository({ state: 'busy', operation });
    press('Cancel');
    await waitFor(() =>
      expect(callsOf('operation.cancel')).toEqual([{ machine: key, operation: operationId }]),
    );
    expect(callsOf('operation.start')).toEqual([]);
  });

  it('wants the name typed before autostart is disabled', async () => {
    const { callsOf } = showRepository({ autostart: { enabled: true } });
    fireEvent.click(screen.getByRole('switch', { name: 'Autostart' }));
    await screen.findByRole('dialog');
    const confirm = screen.getByRole('button', { name: 'Disable autostart' });
    expect(confirm).toHaveProperty('disabled', true);
    type('Type webapp to go on', 'webapp');
    fireEvent.click(confirm);
    await waitFor(() =>
      expect(callsOf('operation.start').map(({ request }) => [request.verb, request.repository])).toEqual([
        ['autostart-disable', webapp.guid],
      ]),
    );
  });

  it('tells what autostart stands on: the key file and who agreed', async () => {
    const consent = { by: 'ana', at: '2026-05-12T10:00:00Z' };
    const tell = (enabled: boolean): void => {
      cleanup();
      const verified = {
        'autostart.verify': () => ({ guid: webapp.guid, name: 'webapp', problems: [], consent }),
      };
      showRepository({ autostart: { enabled } }, verified);
      fireEvent.click(screen.getByRole('tab', { name: 'Autostart' }));
    };
    tell(false);
    expect([screen.queryByText('Key file'), screen.queryByText('Consent')]).toEqual([null, null]);
    tell(true);
    expect(await screen.findByText(/^Agreed by ana/)).toBeDefined();
    expect(screen.getByText(new RegExp(`/\\.credentials/keys/${webapp.guid}\\.key`))).toBeDefined();
  });

  it('draws the last operation as a picture whose failing cell is one click from its log', async () => {
    const told = createTeller('up', planOf('up'));
    const prep = told.find('backend/Rediaccfile', 'prep');
    told.start(prep);
    told.end(prep, 'failed', 3000, 1);
    told.verdict('failed');
    const head = told.events[0]?.type === 'started' ? told.events[0].operation : undefined;
    const lastOperation = { ...head, state: 'failed' } as OperationSummary;
    const { emit } = showRepository({ state: 'failed', lastOperation });
    fireEvent.click(screen.getByRole('tab', { name: 'Lifecycle' }));
    await act(async () => {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      for (const event of told.events) emit('log.event', { log: 1, event });
    });
    const cell = await screen.findByRole('button', { name: 'prep of backend: failed' });
    expect(cell.textContent).toMatch(/^exit 1\s*3\s*s$/);
    fireEvent.click(cell);
    expect(panes()).toEqual(['backend / prep']);
  });

  it('counts the time of a function that runs', async () => {
    const told = createTeller('up', planOf('up'));
    const prep = told.find('backend/Rediaccfile', 'prep');
    told.start(prep);
    const begun = told.events.at(-1)?.at ?? 0;
    vi.useFakeTimers({ toFake: ['Date'], now: begun + 5_000 });
    const head = told.events[0]?.type === 'started' ? told.events[0].operation : undefined;
    const operation = { ...head, state: 'running' } as OperationSummary;
    const { emit } = showRepository({ state: 'busy', operation });
    fireEvent.click(screen.getByRole('tab', { name: 'Lifecycle' }));
    await act(async () => {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      for (const event of told.events) emit('log.event', { log: 1, event });
    });
    const cell = await screen.findByRole('button', { name: 'prep of backend: running' });
    expect(cell.textContent).toMatch(/^prep\s*5\s*s$/);
  });

  it('offers the logs of its services, where it has any', () => {
    const merged = (services: Repository['services']) => {
      cleanup();
      showRepository({ services });
      fireEvent.click(screen.getByRole('tab', { name: 'Logs' }));
      return screen.queryByRole('button', { name: 'All services, merged' });
    };
    expect(merged([])).toBeNull();
    expect(merged(webapp.services)).not.toBeNull();
    press('api');
    expect(panes()).toEqual(['webapp · api']);
  });

  it('names a crash loop, however well its container looks at this moment', () => {
    const [api] = webapp.services;
    const crashLoop = { restarts: 8, startedAt: 0, exitCode: 3 };
    const containers = (api?.containers ?? []).map((one) => ({ ...one, crashLoop }));
    const services = api === undefined ? [] : [{ ...api, containers }];
    const notices = [{ code: 'crash-loop', details: { service: 'api', restarts: 8, exitCode: 3 } }];
    showRepository({ services, notices });
    expect(screen.getAllByRole('row')[1]?.textContent).toMatch(
      /^Crash loopapi.*\(healthy\), crash loop: 8 restarts, last exit code 3/,
    );
    expect(screen.getByRole('list', { name: 'Worth knowing' }).textContent).toContain(
      'Docker has started it 8 times',
    );
  });

  it('is greyed to unknown while its machine is away', () => {
    const machine = machineWith(webapp);
    const fake = createFakeApi();
    render(
      <RepositoryScreen
        api={fake.api}
        sessions={createLogSessions(fake.api)}
        machine={{ ...machine, connection: { state: 'offline', since: 0 }, lastSeen: Date.now() - 240_000 }}
        repository={webapp}
      />,
    );
    expect(screen.getByText('Unknown')).toBeDefined();
    expect(screen.getByText(/Last seen 4 min\. ago/)).toBeDefined();
    press('Reconnect');
    expect(fake.callsOf('machine.reconnect')).toEqual([{ machine: key }]);
  });

  it('speaks French', () => {
    speak('fr');
    showRepository({ state: 'closed' });
    expect(screen.getByRole('button', { name: 'Démarrer' })).toBeDefined();
  });
});

/** Shows the operations screen, and the dialogs that it opens. */
const showOperations = (api: ApiClient) =>
  render(
    <>
      <OperationsScreen api={api} sessions={createLogSessions(api)} onRepository={() => undefined} />
      <DialogHost />
    </>,
  );

describe('the operations screen', () => {
  const entry = (over: Partial<OperationEntry>): OperationEntry => ({
    id: operationId,
    verb: 'up',
    startedAt: Date.now() - 60_000,
    machine: key,
    repository: 'billing',
    state: 'failed',
    endedAt: Date.now() - 57_000,
    ...over,
  });

  it('lists what runs and what ended, and opens a log with one click', async () => {
    const fake = createFakeApi({
      'operation.list': () => ({
        operations: [
          entry({}),
          entry({ id: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f11', state: 'running', repository: 'mail' }),
        ],
      }),
    });
    const { container } = showOperations(fake.api);
    await screen.findByText('mail');
    expect(screen.getByText('Failed')).toBeDefined();
    fireEvent.click(screen.getAllByRole('button', { name: 'Log' })[1] as HTMLElement);
    expect(panes()).toEqual(['billing · up']);
    expect((await axe.run(container)).violations).toEqual([]);
  });

  it('names a log that cannot be read, and a time that cannot be believed', async () => {
    const damaged = new AppError('operation-log-damaged', { id: operationId, reason: 'a spoiled disk' });
    const fake = createFakeApi({
      'operation.list': () => ({
        operations: [entry({ clock: 'went-back' })],
        unreadable: [{ id: operationId, state: 'unreadable', machine: key, error: toWire(damaged) }],
      }),
    });
    showOperations(fake.api);
    expect((await screen.findByText(/cannot be read: a spoiled disk/)).textContent).toContain(
      `${key.name}: `,
    );
    expect(screen.getByTitle(en.clockDoubts['went-back']).textContent).toBe('?');
  });

  it('tells how long each took, cancels what runs, and runs again what ended', async () => {
    const running: OperationEntry = {
      ...{ id: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f11', verb: 'up', machine: key, repository: 'mail' },
      ...{ state: 'running', startedAt: Date.now() - 60_000 },
    };
    useAppState.setState({ machines: [machineWith({ ...webapp, name: 'billing' })] });
    const fake = createFakeApi({
      'operation.list': () => ({ operations: [entry({}), running] }),
      'operation.start': () => ({ operation: operationId }),
      'operation.cancel': () => Promise.reject(new AppError('connection-lost')),
    });
    showOperations(fake.api);
    await screen.findByText('mail');
    expect(screen.getByText(/^3\s*s$/)).toBeDefined();
    expect(screen.getByText(/^1\s*min/)).toBeDefined();
    const choose = async (menu: string, item: string): Promise<void> => {
      press(menu);
      fireEvent.click(await screen.findByRole('menuitem', { name: item }));
    };
    await choose('More for up of mail', 'Cancel');
    expect(fake.callsOf('operation.cancel')).toEqual([{ machine: key, operation: running.id }]);
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
    await choose('More for up of billing', 'Run again');
    await waitFor(() =>
      expect(fake.callsOf('operation.start')).toEqual([
        { machine: key, request: { verb: 'up', repository: webapp.guid, options: {} } },
      ]),
    );
  });

  it('asks before it runs a Down again', async () => {
    useAppState.setState({ machines: [machineWith({ ...webapp, name: 'billing' })] });
    const fake = createFakeApi({ 'operation.list': () => ({ operations: [entry({ verb: 'down' })] }) });
    showOperations(fake.api);
    await screen.findByText('billing');
    press('More for down of billing');
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Run again' }));
    const dialog = await screen.findByRole('dialog', { name: 'Stop billing on prod-1?' });
    fireEvent.keyDown(dialog, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(fake.callsOf('operation.start')).toEqual([]);
  });

  it('says where lines of the history went that cannot be read, though it is told only once', async () => {
    const told = [{ keptAside: '/state/history.damaged.jsonl' }, {}];
    const fake = createFakeApi({
      'operation.list': () => ({
        operations: [entry({ repository: told.length > 1 ? 'billing' : 'mail' })],
        ...told.shift(),
      }),
    });
    showOperations(fake.api);
    const notice = /moved to \/state\/history\.damaged\.jsonl/;
    await screen.findByText(notice);
    act(() =>
      fake.emit('state.changed', { machines: [{ machine: key, change: { operations: [] } }], removed: [] }),
    );
    await screen.findByText('mail', {}, { timeout: 10_000 });
    expect(screen.getByText(notice)).toBeDefined();
  });
});
