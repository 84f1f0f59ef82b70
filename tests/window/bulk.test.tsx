// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showBulk } from '../../renderer/bulk/showBulk.tsx';
import { useDock } from '../../renderer/state/dockStore.ts';
import { DialogHost } from '../../renderer/frame/DialogHost.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { planOf } from '../../renderer/status/events.fixtures.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { unknownState, useAppState } from '../../renderer/state/appState.ts';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import type { Bulk, BulkPlanItem, BulkApiRequest } from '../../shared/api/apiModel.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import './terminal.fixtures.ts';

// The limit is only against a test that hangs: whole dialogs take long on a busy computer.
vi.setConfig({ testTimeout: 60_000 });

const machine = { context: 'production', name: 'prod-1' };
const guidOf = (at: number): string => `0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f1${at}`;
const unplanned = (at: number, repository: string): BulkPlanItem => ({
  ...{ machine, guid: guidOf(at), repository, needsPassphrase: false },
});
const item = (at: number, repository: string, change: Partial<BulkPlanItem>): BulkPlanItem => ({
  ...unplanned(at, repository),
  ...{ plan: planOf('up'), digest: `d${at}` },
  ...change,
});
const items: BulkPlanItem[] = [
  item(0, 'webapp', {}),
  item(1, 'mail', { needsPassphrase: true }),
  item(2, 'archive', { needsPassphrase: true, plan: { ...planOf('up'), complete: false } }),
  { ...unplanned(3, 'staging'), skipped: 'fork' },
  {
    ...unplanned(4, 'empty'),
    error: toWire(new AppError('nothing-to-start', { name: 'empty', path: '/x' })),
  },
];

beforeEach(() => {
  speak('en');
  useDock.setState({ open: false, tabs: [] });
  useDialogs.setState({ waiting: [] });
  useAppState.setState(unknownState, true);
});
afterEach(cleanup);

async function open(
  verb: BulkApiRequest['verb'],
  machines = [machine],
  answers: Parameters<typeof createFakeApi>[0] = {},
) {
  const fake = createFakeApi({
    'bulk.plan': () => ({ items, failures: [] }),
    'bulk.start': () => ({ bulk: 'b1' }),
    ...answers,
  });
  const shown = render(<DialogHost />);
  act(() => showBulk(fake.api, verb, machines));
  await screen.findByRole('table', { name: 'What will happen' });
  return { ...fake, ...shown };
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
async function tick(name: string): Promise<void> {
  fireEvent.click(screen.getByText(name));
  await waitFor(() =>
    expect(screen.getByRole('checkbox', { name }).getAttribute('aria-checked')).toBe('true'),
  );
}
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const rows = (table: string) =>
  within(screen.getByRole('table', { name: table }))
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent);
const shownOf = (...numbers: number[]) =>
  items
    .filter((_, at) => numbers.includes(at))
    .map(({ guid, repository, digest }) => ({ machine, guid, repository, ...(digest && { digest }) }));

describe('Up all', () => {
  it('shows the true plan of each before anything is done, and axe finds nothing', async () => {
    const { callsOf } = await open('up');
    expect(rows('What will happen')).toEqual([
      'webappdaemon · addresses · check · prep × 4 · up × 411 steps',
      expect.stringMatching(/^mailneeds its passphrasedaemon/),
      expect.stringMatching(/^archiveneeds its passphrase.* · …11 steps$/),
      expect.stringMatching(/^emptyWould be refused"empty" has no Rediaccfile/),
      'stagingLeft out: it is a fork',
    ]);
    press('11 steps, webapp');
    expect(screen.getByText('prep of backend/Rediaccfile')).toBeDefined();
    expect(callsOf('bulk.start')).toEqual([]);
    expect((await axe.run(screen.getByRole('dialog'))).violations).toEqual([]);
  });

  it('says why a remembered passphrase is not used, and for which repositories', async () => {
    await open('up', [machine], {
      'bulk.plan': () => ({
        items: [
          item(0, 'webapp', { needsPassphrase: true, withheld: 'host-key' }),
          item(1, 'mail', { needsPassphrase: true }),
          item(2, 'archive', { needsPassphrase: true, withheld: 'host-key' }),
          item(3, 'staging', { needsPassphrase: true, withheld: 'older' }),
        ],
        failures: [],
      }),
    });
    const { textContent } = screen.getByRole('region', { name: 'Passphrases' });
    expect(textContent).toContain(
      'webapp, archive: This computer remembers the passphrase, but the machine has',
    );
    expect(textContent).toContain(
      'staging: The passphrase that this computer remembers was kept by an older',
    );
    expect(textContent).not.toContain('mail');
    expect((await axe.run(screen.getByRole('dialog'))).violations).toEqual([]);
  });

  it('begins with nothing chosen that anybody has to agree to, and plans just that', async () => {
    const choices = () =>
      screen
        .getAllByRole('checkbox')
        .map((one) => [one.textContent, one.getAttribute('aria-checked')].join(''));
    const { callsOf } = await open('up');
    expect(choices()).toEqual(['false', 'false', 'false']);
    expect(callsOf('bulk.plan')).toEqual([{ request: { verb: 'up', machines: [machine], concurrency: 1 } }]);
    cleanup();
    useDialogs.setState({ waiting: [] });
    const down = await open('down');
    expect(choices()).toEqual(['false', 'false', 'false']);
    expect(down.callsOf('bulk.plan')).toEqual([
      { request: { verb: 'down', machines: [machine], concurrency: 1 } },
    ]);
  });

  it('runs without a passphrase where none is given, and without those that were taken back', async () => {
    const { callsOf } = await open('up');
    type('Passphrase', 'correct horse');
    type('Passphrase', '');
    press('Up 4 repositories');
    await waitFor(() => expect(callsOf('bulk.start')).toHaveLength(1));
    expect(callsOf('bulk.start')[0]).toEqual({
      request: { verb: 'up', machines: [machine], concurrency: 1 },
      shown: shownOf(0, 1, 2, 4),
    });
  });

  it('is started once by who presses twice', async () => {
    const answers: ((started: { bulk: string }) => void)[] = [];
    const { callsOf } = await open('up', [machine], {
      'bulk.start': () => new Promise((resolve) => answers.push(resolve)),
    });
    press('Up 4 repositories');
    press('Up 4 repositories');
    await waitFor(() => expect(answers.length).toBeGreaterThan(0));
    for (const answer of answers) answer({ bulk: 'b1' });
    await screen.findByRole('status', { name: 'Loading' });
    expect(callsOf('bulk.start')).toHaveLength(1);
  });

  it('says why it was refused, and can be started again', async () => {
    let refused = true;
    const { callsOf } = await open('up', [machine], {
      'bulk.start': () => {
        if (refused) throw new AppError('connection-lost');
        return { bulk: 'b1' };
      },
    });
    press('Up 4 repositories');
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
    refused = false;
    press('Up 4 repositories');
    await screen.findByRole('status', { name: 'Loading' });
    expect(callsOf('bulk.start')).toHaveLength(2);
  });

  it('asks the machine again for another choice, and runs what was shown with one passphrase', async () => {
    const { callsOf } = await open('up');
    await tick('Forks too');
    await tick('Open and mount only, start nothing');
    await tick('Several at once, at most');
    await screen.findByRole('table', { name: 'What will happen' });
    const request = { verb: 'up', machines: [machine], includeForks: true, mountOnly: true, concurrency: 3 };
    expect(callsOf('bulk.plan').at(-1)).toEqual({ request });
    expect(screen.getByText(/2 repositories will fail/)).toBeDefined();
    type('Passphrase', 'correct horse');
    expect(screen.queryByText(/will fail/)).toBeNull();
    press('Up 4 repositories');
    await waitFor(() => expect(callsOf('bulk.start')).toHaveLength(1));
    expect(callsOf('bulk.start')[0]).toEqual({
      ...{ request, shown: shownOf(0, 1, 2, 4), passphrase: 'correct horse' },
    });
  });

  it('takes each repository its own passphrase', async () => {
    const { callsOf } = await open('up');
    fireEvent.click(screen.getByRole('combobox', { name: 'Passphrases' }));
    const each = await screen.findByRole('option', { name: 'Each its own' });
    fireEvent.pointerDown(each);
    fireEvent.click(each);
    type('Passphrase of archive', 'secret');
    expect(screen.getByText('Without it, 1 repository will fail; the others go on.')).toBeDefined();
    press('Up 4 repositories');
    await waitFor(() => expect(callsOf('bulk.start')).toHaveLength(1));
    expect(callsOf('bulk.start')[0]).toMatchObject({
      shown: expect.arrayContaining([
        expect.objectContaining({ guid: guidOf(2), passphrase: 'secret' }),
      ]) as unknown,
    });
  });

  it('says why there is no plan, and makes it again', async () => {
    let away = true;
    const fake = createFakeApi({
      'bulk.plan': () => {
        if (away) throw new AppError('machine-unreachable', { host: 'prod-1', reason: 'timed out' });
        return { items: [], failures: [{ machine, error: toWire(new AppError('no-context')) }] };
      },
    });
    render(<DialogHost />);
    act(() => showBulk(fake.api, 'up', [machine]));
    expect((await screen.findByRole('alert')).textContent).toContain('prod-1');
    away = false;
    press('Make the plan again');
    expect(await screen.findByText('There is nothing to do')).toBeDefined();
    expect(screen.getByRole('alert')).toBeDefined();
    expect(screen.getByRole('button', { name: 'Up 0 repositories' })).toHaveProperty('disabled', true);
  });
});

describe('what takes something away', () => {
  it.each([
    ['one machine', [machine], 'prod-1'],
    ['a context', [machine, { ...machine, name: 'prod-2' }], 'production'],
  ])('wants the name of %s typed', async (_, machines, name) => {
    const { callsOf } = await open('down', machines);
    await tick('Then unmount and close the volumes');
    const run = await screen.findByRole('button', { name: 'Down 4 repositories' });
    expect(run).toHaveProperty('disabled', true);
    for (const wrong of [name.slice(0, -1), `${name} `, name.toUpperCase()]) {
      type(`Type ${name} to go on`, wrong);
      expect(run).toHaveProperty('disabled', true);
    }
    fireEvent.click(run);
    expect(callsOf('bulk.start')).toEqual([]);
    type(`Type ${name} to go on`, name);
    fireEvent.click(run);
    await waitFor(() => expect(callsOf('bulk.start')).toHaveLength(1));
    expect(callsOf('bulk.start')[0]?.request).toEqual({
      ...{ verb: 'down', machines, unmount: true, concurrency: 1 },
    });
  });

  it('shows what autostart weakens, and takes a passphrase as agreement', async () => {
    await open('autostart-enable');
    expect(screen.getByRole('dialog').textContent).toContain('Anybody with root access');
    const run = screen.getByRole('button', { name: 'Enable on 4' });
    expect(run).toHaveProperty('disabled', true);
    type('Passphrase', 'x');
    expect(run).toHaveProperty('disabled', false);
  });

  it('enables forks too, unless they are to be left out', async () => {
    const { callsOf } = await open('autostart-enable');
    type('Passphrase', 'x');
    await tick('Leave forks out');
    await waitFor(() => expect(callsOf('bulk.plan').at(-1)?.request).toHaveProperty('excludeForks', true));
    const run = await screen.findByRole('button', { name: 'Enable on 4' });
    await waitFor(() => expect(run).toHaveProperty('disabled', false));
    fireEvent.click(run);
    await waitFor(() => expect(callsOf('bulk.start')).toHaveLength(1));
    expect(callsOf('bulk.start')[0]?.request).toMatchObject({ verb: 'autostart-enable', excludeForks: true });
    expect(callsOf('bulk.plan')[0]?.request).not.toHaveProperty('excludeForks');
  });
});

describe('a verb for all that runs', () => {
  it('goes on when its dialog is closed', async () => {
    const { callsOf } = await open('up');
    press('Up 4 repositories');
    await screen.findByRole('status', { name: 'Loading' });
    act(() => useAppState.setState({ bulks: [bulk({}, { state: 'running' })] }));
    expect(screen.getByText('It goes on when you close this.')).toBeDefined();
    fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(callsOf('bulk.cancel')).toEqual([]);
  });

  it('says why it could not be cancelled', async () => {
    await open('up', [machine], { 'bulk.cancel': () => Promise.reject(new AppError('connection-lost')) });
    press('Up 4 repositories');
    await screen.findByRole('status', { name: 'Loading' });
    act(() => useAppState.setState({ bulks: [bulk({}, { state: 'running' })] }));
    press('Cancel');
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
  });

  const ended = (kind: 'succeeded' | 'failed', error?: AppError) => ({
    ...{ state: 'ended' as const, milliseconds: 34_000, operation: 'op' },
    verdict: { kind, failures: [], notRun: [], ...(error && { error: toWire(error) }) },
  });
  const bulk = (change: Partial<Bulk>, ...states: Partial<Bulk['items'][number]>[]): Bulk => ({
    ...{
      bulk: 'b1',
      request: { verb: 'up', machines: [machine] },
      startedAt: 0,
      cancelled: false,
      failures: [],
    },
    items: states.map((state, at) => ({
      ...{ machine, guid: guidOf(at), repository: items[at]?.repository ?? '', state: 'waiting' },
      ...state,
    })),
    ...change,
  });

  it('tells each verdict with its time, opens logs, and cancels', async () => {
    const { callsOf } = await open('up');
    press('Up 4 repositories');
    await screen.findByRole('status', { name: 'Loading' });
    const wrong = new AppError('wrong-passphrase', { name: 'mail' });
    const states = [ended('succeeded'), ended('failed', wrong), { state: 'running' as const }, {}];
    act(() => useAppState.setState({ bulks: [bulk({}, ...states)] }));
    expect(screen.getByText('2 of 4 ended')).toBeDefined();
    expect(rows('Summary')).toEqual([
      expect.stringMatching(/^Succeededwebapp34\s*sLog$/),
      expect.stringMatching(/^Failedmail.*passphrase.*34\s*sLog$/),
      'Runningarchive–',
      'Waitingstaging–',
    ]);
    press('Log of mail');
    expect(useDock.getState().tabs.map(({ title }) => title)).toEqual(['mail · up']);
    press('Cancel');
    expect(callsOf('bulk.cancel')).toEqual([{ bulk: 'b1' }]);

    act(() => useAppState.setState({ bulks: [bulk({ cancelled: true }, ...states)] }));
    expect(screen.getByRole('button', { name: 'Cancel' })).toHaveProperty('disabled', true);
    expect(screen.getByText('What runs is being stopped; nothing new is started.')).toBeDefined();
    const over = [...states.slice(0, 2), { state: 'not-begun' as const }, { state: 'not-begun' as const }];
    act(() => useAppState.setState({ bulks: [bulk({ cancelled: true, endedAt: 9 }, ...over)] }));
    expect(screen.getByText(/^Cancelled: what ran was stopped/)).toBeDefined();
    expect(screen.getByText('2 not begun')).toBeDefined();
    expect(screen.queryByText('It goes on when you close this.')).toBeNull();
  });
});
