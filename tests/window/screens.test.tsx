// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDock } from '../../renderer/state/dockStore.ts';
import { speak } from '../../renderer/i18n/language.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { LogsScreen } from '../../renderer/logs/LogsScreen.tsx';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { OperationsScreen } from '../../renderer/operations/OperationsScreen.tsx';
import { SettingsScreen } from '../../renderer/settings/SettingsScreen.tsx';
import { unknownState, useAppState } from '../../renderer/state/appState.ts';
import { machineWith, webapp } from './panes.fixtures.ts';
import './terminal.fixtures.ts';

const panes = () => useDock.getState().tabs.map((tab) => tab.panes.map(({ title }) => title));
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

beforeEach(() => {
  speak('en');
  useDock.setState({ open: false, tabs: [] });
  useAppState.setState({ ...unknownState, machines: [machineWith(webapp)] }, true);
});
afterEach(cleanup);

describe('the logs screen', () => {
  it('opens the log of one service, another beside it, and axe finds nothing', async () => {
    const { container } = render(<LogsScreen />);
    press('Log of webapp · api');
    press('Beside the others: webapp · postgres');
    expect(panes()).toEqual([['webapp · api', 'webapp · postgres']]);
    press('Log of webapp');
    expect(panes()).toEqual([['webapp · api', 'webapp · postgres'], ['webapp']]);
    expect((await axe.run(container)).violations).toEqual([]);
  });

  it('narrows to what is looked for, and back', () => {
    render(<LogsScreen />);
    const find = (value: string) => fireEvent.change(screen.getByRole('searchbox'), { target: { value } });
    find('redis');
    expect(screen.getByText('webapp')).toBeDefined();
    find('nobody');
    expect(screen.queryByText('webapp')).toBeNull();
    press('Show all');
    expect(screen.getByText('webapp')).toBeDefined();
  });

  it('says that nothing matches also where another machine has no logs', () => {
    const other = machineWith({ ...webapp, daemon: false });
    const quiet = { ...other, machine: { ...other.machine, name: 'prod-2' } };
    useAppState.setState({ machines: [machineWith(webapp), quiet] });
    render(<LogsScreen />);
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'nobody' } });
    expect(screen.getByText('Nothing matches')).toBeDefined();
  });

  it('says what will be there while no daemon runs', () => {
    useAppState.setState({ machines: [machineWith({ ...webapp, daemon: false })] });
    render(<LogsScreen />);
    expect(screen.getByText('No containers yet')).toBeDefined();
  });
});

describe('a verb for all, in the operations', () => {
  it('shows each repository as it stands, its log in one click, and cancels the rest', async () => {
    const machine = { context: 'production', name: 'prod-1' };
    const item = { machine, guid: webapp.guid, state: 'ended' } as const;
    const failure = { kind: 'failed' as const, failures: [], notRun: [] };
    useAppState.setState({
      bulks: [
        {
          bulk: 'b1',
          request: { verb: 'up', machines: [machine], concurrency: 3 },
          startedAt: 0,
          cancelled: false,
          failures: [],
          items: [
            { ...item, repository: 'billing', operation: 'o1', verdict: failure },
            { ...item, repository: 'ci', state: 'waiting' },
          ],
        },
      ],
    });
    const fake = createFakeApi({ 'operation.list': () => ({ operations: [] }) });
    render(
      <OperationsScreen
        api={fake.api}
        sessions={createLogSessions(fake.api)}
        onRepository={() => undefined}
      />,
    );
    expect(screen.getByText('parallel, 3 at once · 2 repositories')).toBeDefined();
    expect(screen.getByText('Waiting')).toBeDefined();
    press('billing, Failed');
    expect(panes()).toEqual([['billing · up']]);
    press('Cancel the rest');
    await vi.waitFor(() => expect(fake.callsOf('bulk.cancel')).toEqual([{ bulk: 'b1' }]));
  });
});

describe('the settings', () => {
  const settings = { theme: 'dark', language: 'system', screenReader: false, notifications: true } as const;
  const info = { version: '1.2.3', mode: 'browser', platform: 'linux', locale: 'en' } as const;

  function show(keychain: { state: 'available' | 'absent'; backend?: string }) {
    useAppState.setState({ settings, info: { ...info, keychain } });
    const fake = createFakeApi();
    return { ...fake, ...render(<SettingsScreen api={fake.api} />) };
  }

  it('change what was touched, at once, and axe finds nothing', async () => {
    const { callsOf, container } = show({ state: 'absent' });
    fireEvent.click(screen.getByRole('switch', { name: 'Screen reader in logs' }));
    fireEvent.click(screen.getByRole('switch', { name: 'Notifications' }));
    expect(screen.getByRole('combobox', { name: 'Theme' }).textContent).toContain('Dark');
    expect(callsOf('settings.set')).toEqual([
      { change: { screenReader: true } },
      { change: { notifications: false } },
    ]);
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  it('say where passphrases can be remembered', () => {
    show({ state: 'available', backend: 'kwallet6' });
    expect(screen.getByText('in the keychain of this computer (kwallet6)')).toBeDefined();
    cleanup();
    show({ state: 'absent' });
    expect(screen.getByText('not possible here: there is no keychain')).toBeDefined();
  });
});
