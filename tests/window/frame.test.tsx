// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDock } from '../../renderer/state/dockStore.ts';
import { Window } from '../../renderer/frame/Window.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { operationId } from '../../renderer/status/events.fixtures.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { unknownState, useAppState } from '../../renderer/state/appState.ts';
import type { WindowState } from '../../renderer/state/appState.ts';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import { useNavigation } from '../../renderer/state/navigation.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { machineWith, webapp } from './panes.fixtures.ts';
import './terminal.fixtures.ts';

const key = { context: 'production', name: 'prod-1' };
const failed: OperationSummary = {
  id: operationId,
  verb: 'up',
  repository: { guid: webapp.guid, name: 'webapp' },
  origin: 'person',
  by: 'ops',
  startedAt: Date.now() - 60_000,
  endedAt: Date.now() - 57_000,
  state: 'failed',
};
const prod1: MachineState = {
  ...machineWith(webapp),
  connection: { state: 'connected', since: 0, latency: 12 },
  operations: [failed],
};
const edge: MachineState = {
  ...machineWith({ ...webapp, name: 'kiosk', guid: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f77' }),
  machine: { ...prod1.machine, name: 'edge' },
  connection: { state: 'offline', since: 0, retryAt: Date.now() + 60_000 },
  lastSeen: Date.now() - 240_000,
};

beforeEach(() => {
  useAppState.setState(
    {
      ...unknownState,
      link: 'open',
      info: {
        version: '1.2.3',
        mode: 'browser',
        platform: 'linux',
        locale: 'en',
        keychain: { state: 'absent' },
      },
      settings: { theme: 'dark', language: 'en', screenReader: false, notifications: true },
      contexts: {
        current: 'production',
        contexts: ['production', 'staging'].map((name) => ({ name, sshKey: '/k', machines: [] })),
      },
      context: 'production',
      machines: [prod1, edge],
    },
    true,
  );
  useNavigation.setState({ place: { screen: 'machines' } });
  useDock.setState({ open: false, tabs: [] });
  useDialogs.setState({ waiting: [] });
  window.history.replaceState(null, '');
  speak('en');
});
afterEach(cleanup);

function show(change: Partial<WindowState> = {}, answers: Parameters<typeof createFakeApi>[0] = {}) {
  useAppState.setState(change);
  const fake = createFakeApi({
    'operation.list': () => ({ operations: [] }),
    'operation.start': () => ({ operation: operationId }),
    'passphrase.remembered': () => [],
    ...answers,
  });
  const shown = render(<Window api={fake.api} sessions={createLogSessions(fake.api)} />);
  return { ...fake, ...shown };
}

const place = () => useNavigation.getState().place;
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const press = (over: Partial<KeyboardEvent> & { key: string }) =>
  fireEvent.keyDown(document.body, { ctrlKey: true, ...over });

describe('the side tree', () => {
  it('tells how everything stands and leads to it', () => {
    show();
    const lines = within(screen.getByRole('navigation')).getAllByRole('button');
    expect(lines.map((line) => line.getAttribute('aria-label') ?? line.textContent)).toEqual([
      'Machines',
      'Add a machine',
      'prod-1, 1 degraded',
      'webapp, Degraded',
      'edge, 4 min. ago',
      'kiosk, Unknown',
      'Operations',
      'Logs',
      'Settings',
    ]);
    fireEvent.click(button('webapp, Degraded'));
    expect(place()).toEqual({ screen: 'repository', machine: key, guid: webapp.guid });
    expect(button('webapp, Degraded').getAttribute('aria-current')).toBe('page');
    expect(document.title).toBe('webapp · prod-1 – Rediacc Desktop');
  });

  it('marks the one line that is shown', () => {
    show();
    const marked = () =>
      within(screen.getByRole('navigation'))
        .getAllByRole('button')
        .filter((line) => line.getAttribute('aria-current') === 'page')
        .map((line) => line.getAttribute('aria-label'));
    fireEvent.click(button('prod-1, 1 degraded'));
    expect(marked()).toEqual(['prod-1, 1 degraded']);
    fireEvent.click(button('kiosk, Unknown'));
    expect(marked()).toEqual(['kiosk, Unknown']);
    fireEvent.click(button('Settings'));
    expect(marked()).toEqual(['Settings']);
  });

  it('counts the services of a repository that runs, where it has any', () => {
    const running = {
      ...webapp,
      name: 'mail',
      guid: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f78',
      state: 'running',
    } as const;
    const empty = {
      ...running,
      name: 'empty',
      guid: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f79',
      running: 0,
      services: [],
    };
    show({ machines: [{ ...prod1, repositories: [running, empty] }] });
    expect(button('mail, Running').textContent).toBe('mail2/3');
    expect(button('empty, Running').textContent).toBe('empty');
  });

  it('goes from line to line by the arrows', () => {
    show();
    button('prod-1, 1 degraded').focus();
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(button('webapp, Degraded'));
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowUp' });
    expect(document.activeElement).toBe(button('prod-1, 1 degraded'));
  });
});

describe('the bars', () => {
  it('have the theme of the settings, at once', () => {
    show();
    const theme = () => document.documentElement.getAttribute('data-theme');
    expect(theme()).toBe('dark');
    const settings = { theme: 'light', language: 'en', screenReader: false, notifications: true } as const;
    act(() => useAppState.setState({ settings }));
    expect(theme()).toBe('light');
  });

  it('axe finds nothing wrong with the window', async () => {
    const { container } = show();
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  it('say what is connected, count down, and reconnect at once', () => {
    const { callsOf } = show();
    const status = within(screen.getByRole('contentinfo')).getByRole('status');
    expect(status.textContent).toMatch(/1 connected.*1 reconnecting in \d+ s/);
    fireEvent.click(button('Reconnect now'));
    expect(callsOf('machine.reconnect')).toEqual([{ machine: { context: 'production', name: 'edge' } }]);
  });

  it('switch the language and the context', async () => {
    const { callsOf } = show();
    fireEvent.click(button('Language: English'));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Français' }));
    expect(callsOf('settings.set')).toEqual([{ change: { language: 'fr' } }]);
    fireEvent.click(button(/production/));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'staging' }));
    expect(callsOf('contexts.use')).toEqual([{ name: 'staging' }]);
  });

  it('keep failures where they are found again, with their log', async () => {
    show();
    fireEvent.click(button('What went wrong: 1'));
    fireEvent.click(await screen.findByRole('menuitem', { name: /webapp · up/ }));
    expect(place()).toMatchObject({ screen: 'repository', guid: webapp.guid });
    expect(useDock.getState().tabs.map(({ title }) => title)).toEqual(['webapp · up']);
  });

  it('offer the one action that fits, with its question', async () => {
    const { callsOf } = show();
    fireEvent.click(button('Quick actions'));
    fireEvent.click(await screen.findByRole('menuitem', { name: /webapp.*Down/ }));
    const asked = await screen.findByRole('dialog', { name: 'Stop webapp on prod-1?' });
    fireEvent.click(within(asked).getByRole('button', { name: 'Down' }));
    expect(callsOf('operation.start')).toEqual([
      {
        machine: key,
        request: { verb: 'down', repository: webapp.guid, options: { unmount: false } },
      },
    ]);
  });

  it('tell how far the running operation is', async () => {
    const running = { ...failed, state: 'running' as const };
    const { emit } = show({ machines: [{ ...prod1, operations: [running] }] });
    const step = { index: 0, kind: 'open', onFailure: 'stop' } as const;
    const steps = [step, { ...step, index: 1, kind: 'mount' as const }];
    const plan = { verb: 'up' as const, repository: failed.repository, steps, complete: true, notices: [] };
    await act(async () => {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      emit('log.event', { log: 1, event: { type: 'started', n: 0, at: 0, output: 0, operation: failed } });
      emit('log.event', { log: 1, event: { type: 'plan', n: 1, at: 0, output: 0, plan } });
      emit('log.event', { log: 1, event: { type: 'step-started', n: 2, at: 0, output: 0, step } });
    });
    expect(await screen.findByText('webapp: up, step 1 of 2')).toBeDefined();
  });
});

describe('keys', () => {
  it('lead to the sections, and to everything by its name', () => {
    show();
    press({ key: '2', code: 'Digit2' });
    expect(place()).toEqual({ screen: 'operations' });
    press({ key: ',' });
    expect(place()).toEqual({ screen: 'settings' });
    press({ key: 'k' });
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'kiosk' } });
    fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Enter' });
    expect(place()).toMatchObject({ screen: 'repository', machine: { name: 'edge' } });
    expect(screen.queryByRole('combobox')).toBeNull();
  });

  it('lead nowhere while a question is open', async () => {
    const { callsOf } = show();
    fireEvent.click(button('Quick actions'));
    fireEvent.click(await screen.findByRole('menuitem', { name: /webapp.*Down/ }));
    await screen.findByRole('dialog', { name: 'Stop webapp on prod-1?' });
    press({ key: '2', code: 'Digit2' });
    press({ key: 'k' });
    press({ key: 'F1', ctrlKey: false });
    expect(place()).toEqual({ screen: 'machines' });
    expect(screen.queryByRole('combobox')).toBeNull();
    expect(callsOf('operation.start')).toEqual([]);
  });

  it('put the focus into the search of a list, and the browser has no search of its own', () => {
    show();
    press({ key: '3', code: 'Digit3' });
    expect(press({ key: 'F' })).toBe(false);
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
    (document.activeElement as HTMLElement).blur();
    expect(press({ key: 'f', ctrlKey: false })).toBe(true);
    expect(press({ key: 'g' })).toBe(true);
    expect(document.activeElement).toBe(document.body);
  });

  it('ask first when a command of the palette stops something', async () => {
    const { callsOf } = show({}, { 'bulk.plan': () => ({ items: [], failures: [] }) });
    const choose = (name: string | RegExp): void => {
      press({ key: 'F1', ctrlKey: false });
      fireEvent.click(screen.getByRole('option', { name }));
    };
    choose(/^Down: webapp/);
    const asked = await screen.findByRole('dialog', { name: 'Stop webapp on prod-1?' });
    fireEvent.keyDown(asked, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    choose('Autostart off for all: prod-1');
    await screen.findByRole('dialog', { name: 'Autostart off for all on prod-1' });
    const request = { verb: 'autostart-disable', machines: [key], concurrency: 1 };
    expect(callsOf('bulk.plan')).toEqual([{ request }]);
    expect(callsOf('operation.start')).toEqual([]);
    expect(callsOf('bulk.start')).toEqual([]);
  });

  it('open the palette, which holds commands alone', () => {
    show();
    press({ key: 'F1', ctrlKey: false });
    expect(screen.getByRole('option', { name: /Down: webapp/ })).toBeDefined();
    expect(screen.queryByRole('option', { name: 'Settings' })).toBeNull();
  });
});

describe('what the program asks', () => {
  const password = {
    prompt: 'p1',
    kind: 'sudo-password',
    machine: key,
    user: 'deploy',
    again: true,
  } as const;

  it('is a password that is given once', () => {
    const { callsOf } = show({ prompts: [password] });
    expect(screen.getByText('That was not it.')).toBeDefined();
    fireEvent.change(screen.getByLabelText('Password of deploy'), { target: { value: 'secret' } });
    fireEvent.click(button('Go on'));
    expect(callsOf('prompt.answer')).toEqual([{ prompt: 'p1', password: 'secret' }]);
  });

  const hostKey = {
    prompt: 'p2',
    kind: 'host-key',
    host: 'h',
    keyType: 'ssh-ed25519',
    fingerprint: 'SHA256:abc',
  } as const;

  it('is whether a host key is known: Escape and Cancel do not trust it', () => {
    for (const refuse of [
      () => fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' }),
      () => fireEvent.click(button('Cancel')),
    ]) {
      const { callsOf } = show({ prompts: [hostKey] });
      expect(screen.getByText(/SHA256:abc/)).toBeDefined();
      refuse();
      expect(callsOf('prompt.answer')).toEqual([{ prompt: 'p2', trust: false }]);
      cleanup();
    }
  });

  it('is no password that is empty, also not by Enter', () => {
    const { callsOf } = show({ prompts: [password] });
    expect(button('Go on')).toHaveProperty('disabled', true);
    const form = screen.getByRole('dialog').querySelector('form') as HTMLFormElement;
    fireEvent.submit(form);
    expect(callsOf('prompt.answer')).toEqual([]);
    fireEvent.change(screen.getByLabelText('Password of deploy'), { target: { value: 'secret' } });
    fireEvent.submit(form);
    expect(callsOf('prompt.answer')).toEqual([{ prompt: 'p1', password: 'secret' }]);
  });

  it('is asked in French where the window speaks French, and nothing is trusted but by its button', () => {
    const settings = { theme: 'dark', language: 'fr', screenReader: false, notifications: true } as const;
    const { callsOf } = show({ prompts: [hostKey], settings });
    expect(screen.getByRole('dialog', { name: 'Connaissez-vous cette machine\u00a0?' })).toBeDefined();
    fireEvent.click(button('Annuler'));
    fireEvent.click(button('Faire confiance'));
    expect(callsOf('prompt.answer').map(({ trust }) => trust)).toEqual([false, true]);
    act(() => useAppState.setState({ prompts: [password] }));
    expect(screen.getByRole('dialog', { name: 'Mot de passe pour sudo sur prod-1' })).toBeDefined();
    expect(screen.getByText('Ce n’était pas le bon.')).toBeDefined();
  });

  it('is whether a host key is known: only its own button trusts it', () => {
    const { callsOf } = show({ prompts: [hostKey] });
    fireEvent.click(button(/Trust/));
    expect(callsOf('prompt.answer')).toEqual([{ prompt: 'p2', trust: true }]);
  });

  it('is said to be over when the answer comes too late', async () => {
    const answers = { 'prompt.answer': () => Promise.reject(new AppError('connection-lost')) };
    show({ prompts: [hostKey] }, answers);
    fireEvent.click(button(/Trust/));
    expect(await screen.findByText('Not possible')).toBeDefined();
  });

  it('gets no password from who cancels', () => {
    for (const refuse of [
      () => fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' }),
      () => fireEvent.click(button('Cancel')),
    ]) {
      const { callsOf } = show({ prompts: [password] });
      fireEvent.change(screen.getByLabelText('Password of deploy'), { target: { value: 'secret' } });
      refuse();
      expect(callsOf('prompt.answer')).toEqual([{ prompt: 'p1' }]);
      cleanup();
    }
  });
});

describe('the way to the program', () => {
  it('is lost: everything stays readable, and the window says so', () => {
    show({ link: 'lost' });
    expect(screen.getByRole('alert').textContent).toContain('lost');
    expect(button('webapp, Degraded')).toBeDefined();
  });

  it('is refused: the page says how to come in again', () => {
    show({ link: 'refused' });
    expect(screen.getByRole('heading', { name: 'This tab is not let in' })).toBeDefined();
    expect(screen.queryByRole('navigation')).toBeNull();
  });

  it('leads to nobody any more: the window waits for a person to try again', () => {
    const { api } = show({ link: 'ended' });
    const reconnect = vi.spyOn(api, 'reconnect');
    fireEvent.click(within(screen.getByRole('alert')).getByRole('button', { name: 'Try again' }));
    expect(reconnect).toHaveBeenCalledOnce();
    expect(button('webapp, Degraded')).toBeDefined();
  });

  it('leads to a stranger: the page shows nothing else, and offers no reload, which the stranger would answer', () => {
    show({ link: 'stranger' });
    expect(screen.getByRole('heading', { name: 'Rediacc does not answer here any longer' })).toBeDefined();
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.queryByRole('navigation')).toBeNull();
  });

  it('brings what the tray or a notification points to', () => {
    const { emit } = show();
    act(() => emit('app.show', { machine: key, repository: webapp.guid }));
    expect(place()).toEqual({ screen: 'repository', machine: key, guid: webapp.guid });
    act(() => emit('app.show', { machine: { context: 'production', name: 'edge' } }));
    expect(place()).toMatchObject({ screen: 'machine', machine: { name: 'edge' } });
  });

  it('asks for the passphrase that Up from the tray needs', async () => {
    const { emit } = show({ machines: [machineWith({ ...webapp, state: 'closed', mounted: false })] });
    act(() => emit('app.show', { machine: key, repository: webapp.guid, ask: 'up' }));
    expect(place()).toEqual({ screen: 'repository', machine: key, guid: webapp.guid });
    expect(await screen.findByRole('dialog', { name: 'Open webapp' })).toBeTruthy();
  });

  it('goes back to where one was, and comes back there after a reload', () => {
    const { unmount } = show();
    press({ key: '2', code: 'Digit2' });
    press({ key: '3', code: 'Digit3' });
    expect(window.history.state).toEqual({ place: { screen: 'logs' } });
    act(() => {
      window.dispatchEvent(new PopStateEvent('popstate', { state: { place: { screen: 'operations' } } }));
    });
    expect(place()).toEqual({ screen: 'operations' });
    unmount();
    useNavigation.setState({ place: { screen: 'machines' } });
    show();
    expect({ place: place() }).toEqual(window.history.state);
  });

  it('a place that is gone says so and leads back', () => {
    show();
    act(() => useNavigation.setState({ place: { screen: 'repository', machine: key, guid: 'gone' } }));
    expect(document.title).toBe('prod-1 – Rediacc Desktop');
    fireEvent.click(button('To the machines'));
    expect(place()).toEqual({ screen: 'machines' });
  });
});
