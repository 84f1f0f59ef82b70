// @vitest-environment happy-dom
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Window } from '../../renderer/frame/Window.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { unknownState, useAppState } from '../../renderer/state/appState.ts';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import { useDock } from '../../renderer/state/dockStore.ts';
import { useNavigation } from '../../renderer/state/navigation.ts';
import type { MachinePart } from '../../renderer/state/navigation.ts';
import type { JournalState, MachineState } from '../../shared/api/apiModel.ts';
import type { ApiParams } from '../../shared/api/api.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { prod1 } from './machines.fixtures.ts';
import './terminal.fixtures.ts';

// The limit is only against a test that hangs: whole screens take long on a busy computer.
vi.setConfig({ testTimeout: 120_000 });
configure({ asyncUtilTimeout: 30_000 });

const now = Date.now();
const key = { context: 'production', name: 'prod-1' };
const [, mail, analytics] = prod1(now).repositories ?? [];
const shop = { guid: '0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f99', name: 'gone' };
const operation = '7d3a4c1e-94b8-4f0a-8a3e-3a1b2c3d4e5f';
const named = ({ guid = '', name = '' }: { guid?: string; name?: string } = {}) => ({ guid, name });

const entry = (n: number, more: Partial<JournalEntry> = {}): JournalEntry => {
  const at = now - 1_000_000 + n * 1000;
  return {
    ...{ n, entry: n, kind: 'container-died', level: 'error', count: 1, details: { exitCode: 137 } },
    subject: { repository: named(analytics), container: 'analytics-clickhouse-1', service: 'clickhouse' },
    ...{ began: { at, boot: { id: 'b', uptime: n } }, ended: { at, boot: { id: 'b', uptime: n } } },
    milliseconds: 0,
    ...more,
  };
};
const goesOn = (n: number, more: Partial<JournalEntry>): JournalEntry => {
  const open = entry(n, more);
  delete open.ended;
  delete open.milliseconds;
  return open;
};
const night: JournalEntry[] = [
  entry(5, { count: 3, lastLines: ['panic: \u001b[31mno space', 'exit'] }),
  goesOn(4, {
    kind: 'datastore-full',
    level: 'critical',
    subject: { path: '/mnt/rediacc' },
    details: { percent: 96 },
  }),
  entry(3, {
    ...{
      kind: 'operation-ended',
      level: 'ok',
      milliseconds: 72_000,
      details: { verb: 'up', verdict: 'succeeded' },
    },
    subject: { repository: named(mail), operation },
  }),
  entry(2, { kind: 'repository-degraded', level: 'error', subject: { repository: shop }, details: {} }),
  entry(1, { kind: 'clock-jumped', level: 'warning', subject: {}, details: { seconds: 7200 } }),
];
const nothingMissed = { entries: [], count: 0, upto: 5 };
const journal = (change: Partial<JournalState> = {}): JournalState => ({
  newest: 5,
  away: nothingMissed,
  ...change,
});

beforeEach(() => {
  speak('en');
  useDock.setState({ open: false, tabs: [] });
  useDialogs.setState({ waiting: [] });
  window.history.replaceState(null, '');
  useAppState.setState(
    {
      ...unknownState,
      ...{ link: 'open', context: 'production', info: {} as never },
      contexts: { current: 'production', contexts: [{ name: 'production', sshKey: '/k', machines: [] }] },
    },
    true,
  );
});
afterEach(cleanup);

function show(
  machines: readonly MachineState[],
  {
    entries = night,
    part = 'timeline',
    answers = {},
  }: {
    readonly entries?: JournalEntry[];
    readonly part?: MachinePart;
    readonly answers?: Parameters<typeof createFakeApi>[0];
  } = {},
) {
  useAppState.setState({ machines });
  useNavigation.setState({ place: { screen: 'machine', machine: key, part } });
  const truth = { entries };
  const fake = createFakeApi({
    'journal.read': ({ limit }: ApiParams<'journal.read'>) => ({
      ...{ entries: truth.entries.slice(0, limit), older: truth.entries.length > limit, notices: [] },
    }),
    'operation.list': () => ({ operations: [] }),
    ...answers,
  });
  const shown = render(<Window api={fake.api} sessions={createLogSessions(fake.api)} />);
  return { ...fake, ...shown, truth };
}
const change = (news: Partial<MachineState>) =>
  act(() =>
    useAppState.setState(({ machines }) => ({ machines: machines.map((one) => ({ ...one, ...news })) })),
  );
const rows = () => screen.queryAllByRole('row').map((row) => row.textContent);
const panes = () =>
  useDock.getState().tabs.flatMap((tab) => tab.panes.map(({ title, source }) => `${title} (${source.kind})`));
const button = (name: string | RegExp) => screen.findByRole('button', { name });
const choose = async (select: string, option: string) => {
  fireEvent.click(screen.getByRole('combobox', { name: select }));
  const chosen = await screen.findByRole('option', { name: option });
  fireEvent.pointerDown(chosen);
  fireEvent.click(chosen);
};
const panel = () => screen.queryByRole('region', { name: 'While you were away' });

describe('the timeline of a machine', () => {
  it('tells when, how long, what and how often, the newest first, and axe finds nothing', async () => {
    const { container } = show([prod1(now, { journal: journal() })]);
    await button(/^Container/);
    expect(rows().slice(1)).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\dContainer analytics-clickhouse-1 of analytics ended: exit code 137 \(3 times\)Log$/,
      ),
      expect.stringMatching(/Datastore \/mnt\/rediacc 96 % used.*min so farOverview$/),
      expect.stringMatching(/up of mail: .*1\smin 12\ssLog$/),
      expect.stringMatching(/Repository gone: degraded$/),
      expect.stringMatching(/2 hr? ahead|hours? ahead/),
    ]);
    expect(screen.getAllByRole('img').map((one) => one.getAttribute('aria-label'))).toEqual(
      expect.arrayContaining(['error', 'critical', 'ok', 'warning']),
    );
    expect((await axe.run(container)).violations).toEqual([]);
  });

  it('leads to the log of a container and of an operation, to figures, and nowhere where there is nothing', async () => {
    show([prod1(now, { journal: journal() })]);
    fireEvent.click(await button(/^Container analytics-clickhouse-1/));
    fireEvent.click(await button(/^up of mail/));
    expect(panes()).toEqual(['analytics · clickhouse (containers)', 'mail · up (operation)']);
    expect(screen.queryByRole('button', { name: /^Repository gone/ })).toBeNull();
    expect(screen.queryByRole('button', { name: /^The clock/ })).toBeNull();
    fireEvent.click(await button(/^Datastore/));
    expect(useNavigation.getState().place).toEqual({ screen: 'machine', machine: key });
  });

  it('unfolds the last lines and the advice, without control characters and without leaving', async () => {
    show([prod1(now, { journal: journal() })]);
    const [fold] = await screen.findAllByRole('button', { name: /^Details: Container/ });
    expect(fold?.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(fold as HTMLElement);
    expect(fold?.getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByLabelText('The last lines it wrote').textContent).toMatch(/^panic: .*no space\nexit$/);
    expect(screen.getByLabelText('The last lines it wrote').textContent).not.toContain('\u001b');
    expect(screen.getByText(/rdc repo logs analytics clickhouse/)).toBeDefined();
    expect(panes()).toEqual([]);
    fireEvent.click(await button('Open its log'));
    expect(panes()).toEqual(['analytics · clickhouse (containers)']);
  });

  it('narrows to a repository and to a level, and says when nothing is left', async () => {
    show([prod1(now, { journal: journal() })]);
    await button(/^Container/);
    await choose('Level', 'Errors and worse');
    expect(rows().slice(1).length).toBe(3);
    await choose('Repository', 'mail');
    expect(rows()).toEqual([]);
    fireEvent.click(await button('Clear the filter'));
    expect(rows().slice(1).length).toBe(5);
    await choose('Repository', 'The machine itself');
    expect(rows().slice(1).length).toBe(2);
  });

  it('asks for a period', async () => {
    const { callsOf } = show([prod1(now, { journal: journal() })]);
    await button(/^Container/);
    await choose('Period', 'The last 24 hours');
    await waitFor(() =>
      expect(callsOf('journal.read').at(-1)).toEqual({ machine: key, limit: 100, since: 86_400_000 }),
    );
  });

  it('shows what is new as it comes', async () => {
    const { truth } = show([prod1(now, { journal: journal() })]);
    await button(/^Container/);
    truth.entries = [
      entry(6, { kind: 'repository-stopped', subject: { repository: named(mail) } }),
      ...night,
    ];
    change({ journal: journal({ newest: 6 }) });
    await button(/^Repository mail does not run/);
    expect(rows().slice(1).length).toBe(6);
  });

  it('draws few rows of a long journal, and asks for older ones when a person does', async () => {
    const entries = Array.from({ length: 400 }, (_, at) => entry(400 - at));
    const { callsOf } = show([prod1(now, { journal: journal({ newest: 400 }) })], { entries });
    await screen.findAllByRole('button', { name: /^Container/ });
    expect(screen.getAllByRole('button', { name: /^Container/ }).length).toBe(50);
    fireEvent.click(await button('Show older ones'));
    await waitFor(() => expect(screen.getAllByRole('button', { name: /^Container/ }).length).toBe(150));
    expect(callsOf('journal.read').map(({ limit }) => limit)).toEqual([100, 200]);
  });

  it('says that it is being read, that there is nothing, and that an older agent keeps none', async () => {
    show([prod1(now)], { entries: [] });
    expect(screen.getAllByRole('status', { name: 'Loading' }).length).toBe(1);
    change({ journal: journal({ newest: 0 }) });
    expect(await screen.findByText('Nothing has happened yet')).toBeDefined();
    cleanup();
    const error = toWire(new AppError('agent-older', { machine: 'prod-1', agent: '0.1.0', ours: '1.0.0' }));
    const { callsOf } = show([prod1(now, { journal: journal({ newest: 0, error }) })]);
    expect(await screen.findByText('This machine keeps no timeline yet')).toBeDefined();
    expect(screen.getByText(/older than this program/)).toBeDefined();
    expect(callsOf('journal.read')).toEqual([]);
    fireEvent.click(await button('Update the agent'));
    expect(callsOf('machine.setup')).toEqual([{ machine: key }]);
    expect(panes()).toEqual(['Set-up of prod-1 (setup)']);
  });

  it('says why it could not be read, and tries again', async () => {
    const { callsOf } = show([prod1(now, { journal: journal() })], {
      answers: { 'journal.read': () => Promise.reject(new AppError('connection-lost')) },
    });
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
    fireEvent.click(await button('Try again'));
    expect(callsOf('machine.reconnect')).toEqual([{ machine: key }]);
  });

  it('is a part of the page that Back leaves', async () => {
    show([prod1(now, { journal: journal() })], { part: 'overview' });
    const tab = screen.getByRole('tab', { name: 'Timeline' });
    tab.focus();
    fireEvent.click(tab);
    await button(/^Container/);
    expect(useNavigation.getState().place).toEqual({ screen: 'machine', machine: key, part: 'timeline' });
    expect(document.activeElement).toBe(tab);
  });
});

describe('what happened while a person was away', () => {
  const away = { entries: night.slice(0, 4), count: 6, upto: 5 };
  const second = (): MachineState => {
    const { machine, ...rest } = prod1(now);
    return { ...rest, machine: { ...machine, name: 'prod-2' } };
  };

  it('is told in a few lines, what matters first, with the way to each and to all, and axe finds nothing', async () => {
    const { container } = show([prod1(now, { journal: journal({ away }) })], { part: 'overview' });
    const region = panel() as HTMLElement;
    expect(
      within(region)
        .getAllByRole('listitem')
        .map((one) => one.textContent),
    ).toEqual([
      expect.stringMatching(
        /^Container analytics-clickhouse-1 of analytics ended: exit code 137\(3 times\).*ago$/,
      ),
      expect.stringMatching(/^Datastore \/mnt\/rediacc 96 % used.*so far$/),
      expect.stringMatching(/^up of mail/),
    ]);
    expect(document.activeElement).toBe(document.body);
    expect((await axe.run(container)).violations).toEqual([]);
    fireEvent.click(within(region).getByRole('button', { name: /^Container/ }));
    expect(panes()).toEqual(['analytics · clickhouse (containers)']);
    fireEvent.click(within(region).getByRole('button', { name: '3 more: prod-1' }));
    expect(useNavigation.getState().place).toEqual({ screen: 'machine', machine: key, part: 'timeline' });
  });

  it('leads to the timeline where there is nothing else to see', () => {
    const told = { entries: night.slice(4), count: 1, upto: 5 };
    show([prod1(now, { journal: journal({ away: told }) })], { part: 'overview' });
    fireEvent.click(within(panel() as HTMLElement).getByRole('button', { name: /^The clock/ }));
    expect(useNavigation.getState().place).toMatchObject({ part: 'timeline' });
  });

  it('is not there where there is nothing to tell, and goes when it is dismissed', () => {
    const { callsOf } = show([prod1(now, { journal: journal() })], { part: 'overview' });
    expect(panel()).toBeNull();
    change({ journal: journal({ away }) });
    fireEvent.click(within(panel() as HTMLElement).getByRole('button', { name: 'Dismiss' }));
    expect(callsOf('journal.dismiss')).toEqual([{ machine: key, upto: 5 }]);
    expect(document.activeElement).toBe(screen.getByRole('main'));
    change({ journal: journal() });
    expect(panel()).toBeNull();
  });

  it('is grouped by machine, the one in the gravest trouble first, and few at first', () => {
    const trouble = (name: string, n: number, more: Partial<JournalEntry> = {}): MachineState => ({
      ...second(),
      machine: { ...second().machine, name },
      journal: journal({ away: { entries: [entry(n, more)], count: 1, upto: n } }),
    });
    const { callsOf } = show(
      [
        trouble('a', 9, { level: 'warning' }),
        trouble('b', 1),
        trouble('c', 2),
        trouble('d', 3, { level: 'critical' }),
      ],
      { part: 'overview' },
    );
    const names = () =>
      within(panel() as HTMLElement)
        .getAllByRole('list')
        .map((one) => one.getAttribute('aria-label'));
    expect(names()).toEqual(['d', 'c', 'b']);
    fireEvent.click(within(panel() as HTMLElement).getByRole('button', { name: '1 more machine' }));
    expect(names()).toEqual(['d', 'c', 'b', 'a']);
    fireEvent.click(within(panel() as HTMLElement).getByRole('button', { name: 'Dismiss' }));
    expect(callsOf('journal.dismiss').map(({ machine, upto }) => [machine.name, upto])).toEqual([
      ['d', 3],
      ['c', 2],
      ['b', 1],
      ['a', 9],
    ]);
  });

  it('is told in French', () => {
    useAppState.setState({
      settings: { theme: 'dark', language: 'fr', screenReader: false, notifications: true },
    });
    show([prod1(now, { journal: journal({ away }) })], { part: 'overview' });
    const region = screen.getByRole('region', { name: 'Pendant votre absence' });
    expect(within(region).getByRole('button', { name: 'Écarter' })).toBeDefined();
    expect(within(region).getByRole('button', { name: '3 de plus: prod-1' })).toBeDefined();
  });

  it('is what came while the window could not be seen: the program is told when it can', () => {
    const { callsOf } = show([prod1(now, { journal: journal() })], { part: 'overview' });
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    fireEvent(document, new Event('visibilitychange'));
    visibility.mockRestore();
    fireEvent(document, new Event('visibilitychange'));
    expect(callsOf('app.look').map(({ looking }) => looking)).toEqual([true, false, true]);
  });
});
