// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useDock } from '../../renderer/state/dockStore.ts';
import { DialogHost } from '../../renderer/frame/DialogHost.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { createFakeApi } from '../../renderer/logs/fakeApi.fixtures.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { RepositoryScreen } from '../../renderer/repository/RepositoryScreen.tsx';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import type { Repository } from '../../shared/model.ts';
import { machineWith, webapp } from './panes.fixtures.ts';
import './terminal.fixtures.ts';

const key = { context: 'production', name: 'prod-1' };

// The limits are only against a test that hangs: no test measures a time, and a busy computer takes long.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  speak('en');
  useDock.setState({ open: false, tabs: [] });
  useDialogs.setState({ waiting: [] });
});
afterEach(cleanup);

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

const closed = { state: 'closed', mounted: false, daemon: false } satisfies Partial<Repository>;

function openSettings(
  change: Partial<Repository> = {},
  answers: Parameters<typeof createFakeApi>[0] = {},
  others: Repository[] = [],
) {
  const repository = { ...webapp, ...change };
  const fake = createFakeApi({
    'operation.start': () => ({ operation: 'op' }),
    'passphrase.remembered': () => [],
    'repository.validate': () => [],
    ...answers,
  });
  const shown = render(
    <>
      <RepositoryScreen
        api={fake.api}
        sessions={createLogSessions(fake.api)}
        machine={{ ...machineWith(repository), repositories: [repository, ...others] }}
        repository={repository}
      />
      <DialogHost />
    </>,
  );
  fireEvent.click(screen.getByRole('tab', { name: 'Settings' }));
  return { ...fake, ...shown };
}

it('renames with a legal name only', async () => {
  const { callsOf, container } = openSettings();
  await screen.findByText('Nothing is wrong.');
  expect((await axe.run(container)).violations).toEqual([]);
  press('Rename');
  await screen.findByRole('dialog', { name: 'Rename webapp on prod-1' });
  const field = screen.getByLabelText('New name');
  fireEvent.change(field, { target: { value: 'Web' } });
  expect(screen.getByText(/"Web" cannot be a name/)).toBeDefined();
  fireEvent.change(field, { target: { value: 'shop' } });
  fireEvent.submit(field.closest('form') as HTMLFormElement);
  await waitFor(() =>
    expect(callsOf('operation.start')).toEqual([
      { machine: key, request: { verb: 'rename', repository: webapp.guid, options: { newName: 'shop' } } },
    ]),
  );
});

it('shows the repositories whose addresses it reaches, gone ones too, and closes one', async () => {
  const guid = '00000000-0000-4000-8000-00000000000b';
  const gone = '00000000-0000-4000-8000-00000000000c';
  const { callsOf, container } = openSettings({ allows: [{ guid, name: 'db' }, { guid: gone }] });
  fireEvent.click(screen.getByRole('tab', { name: 'Lifecycle' }));
  const card = await screen.findByRole('region', { name: 'Reaches' });
  expect(
    within(card)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(['dbClose', `${gone}, which is goneClose`]);
  expect((await axe.run(container)).violations).toEqual([]);
  press('Close db to it again');
  press(`Close ${gone} to it again`);
  await waitFor(() =>
    expect(callsOf('operation.start')).toEqual(
      [guid, gone].map((other) => ({
        machine: key,
        request: { verb: 'allow', repository: webapp.guid, options: { other, revoke: true } },
      })),
    ),
  );
});

it('says so when it reaches no other repository', async () => {
  openSettings();
  fireEvent.click(screen.getByRole('tab', { name: 'Lifecycle' }));
  expect((await screen.findByRole('region', { name: 'Reaches' })).textContent).toContain(
    'no other repository',
  );
});

it('does not say that it reaches no other repository where nothing keeps it from that', async () => {
  const notices: Repository['notices'] = [{ code: 'neighbours-open', details: { name: 'webapp' } }];
  openSettings({ notices, walled: undefined });
  fireEvent.click(screen.getByRole('tab', { name: 'Lifecycle' }));
  const { textContent } = await screen.findByRole('region', { name: 'Reaches' });
  expect(textContent).toContain('This machine cannot keep "webapp" from the addresses of other repositories');
  expect(textContent).not.toContain('no other repository');
});

it.each([
  ['an agent that never tells', { walled: undefined }],
  ['a closed one on a machine that keeps nobody', { ...closed, walled: undefined }],
])('neither says that it reaches no other repository, nor offers to open one: %s', async (_, change) => {
  openSettings(change, {}, [{ ...webapp, guid: '00000000-0000-4000-8000-00000000000b', name: 'db' }]);
  fireEvent.click(screen.getByRole('tab', { name: 'Lifecycle' }));
  const card = await screen.findByRole('region', { name: 'Reaches' });
  expect(card.textContent).toContain('It is not known whether anything keeps it');
  expect(card.textContent).not.toContain('no other repository');
  expect(within(card).queryByRole('button', { name: 'Open another repository' })).toBeNull();
});

it('offers to open another one where it is kept from them', async () => {
  openSettings({}, {}, [{ ...webapp, guid: '00000000-0000-4000-8000-00000000000b', name: 'db' }]);
  fireEvent.click(screen.getByRole('tab', { name: 'Lifecycle' }));
  const card = await screen.findByRole('region', { name: 'Reaches' });
  expect(within(card).getByRole('button', { name: 'Open another repository' })).toBeDefined();
});

it('grows to a larger size only, with the passphrase', async () => {
  const { callsOf } = openSettings();
  press('Grow');
  await screen.findByRole('dialog', { name: 'Grow webapp on prod-1' });
  const field = screen.getByLabelText('New size');
  fireEvent.change(field, { target: { value: '10G' } });
  expect(screen.getByText(/It has 10\sGiB already/)).toBeDefined();
  fireEvent.change(field, { target: { value: '20G' } });
  fireEvent.change(screen.getByLabelText('Passphrase of webapp'), { target: { value: 'correct horse' } });
  fireEvent.submit(field.closest('form') as HTMLFormElement);
  const options = { size: 20 * 1024 ** 3 };
  await waitFor(() =>
    expect(callsOf('operation.start')).toEqual([
      {
        machine: key,
        request: { verb: 'resize', repository: webapp.guid, options },
        passphrase: 'correct horse',
      },
    ]),
  );
});

it('grows by the autostart key where there is one', async () => {
  const { callsOf } = openSettings({ autostart: { enabled: true } });
  press('Grow');
  await screen.findByText(/its key opens it/);
  const field = screen.getByLabelText('New size');
  fireEvent.change(field, { target: { value: '20G' } });
  fireEvent.submit(field.closest('form') as HTMLFormElement);
  const options = { size: 20 * 1024 ** 3, byKey: true };
  await waitFor(() =>
    expect(callsOf('operation.start')).toEqual([
      { machine: key, request: { verb: 'resize', repository: webapp.guid, options } },
    ]),
  );
});

it('is forked under a name of its own', async () => {
  const { callsOf } = openSettings();
  press('Fork it');
  await screen.findByRole('dialog', { name: 'Fork webapp on prod-1' });
  const field = screen.getByLabelText('Name of the fork');
  fireEvent.change(field, { target: { value: 'webapp-test' } });
  fireEvent.submit(field.closest('form') as HTMLFormElement);
  await waitFor(() =>
    expect(callsOf('operation.start')).toEqual([
      { machine: key, request: { verb: 'fork', repository: webapp.guid, options: { tag: 'webapp-test' } } },
    ]),
  );
});

it('changes its passphrase, when the new one was typed twice alike', async () => {
  const { callsOf } = openSettings();
  press('Change it');
  const dialog = await screen.findByRole('dialog', { name: 'Change the passphrase of webapp on prod-1' });
  const type = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  type('Passphrase of webapp', 'correct horse');
  type('New passphrase', 'battery staple');
  type('Passphrase again', 'battery stable');
  expect(screen.getByText('The two are not the same.')).toBeDefined();
  const form = dialog.querySelector('form') as HTMLFormElement;
  fireEvent.submit(form);
  expect(callsOf('operation.start')).toEqual([]);
  type('Passphrase again', 'battery staple');
  fireEvent.submit(form);
  await waitFor(() =>
    expect(callsOf('operation.start')).toEqual([
      {
        machine: key,
        request: { verb: 'passphrase-change', repository: webapp.guid, options: {} },
        passphrase: 'correct horse',
        newPassphrase: 'battery staple',
      },
    ]),
  );
});

it('gives back the slot of a service that is gone, after a question', async () => {
  const services = webapp.services.map((one) => (one.name === 'redis' ? { ...one, present: false } : one));
  const { callsOf } = openSettings({ services });
  press('Give back the slot of redis');
  await screen.findByRole('dialog', { name: 'Give back slot 2 of redis?' });
  expect(callsOf('operation.start')).toEqual([]);
  fireEvent.click(screen.getAllByRole('button', { name: 'Give it back' }).at(-1) as HTMLElement);
  await waitFor(() =>
    expect(callsOf('operation.start')).toEqual([
      {
        machine: key,
        request: { verb: 'release-slot', repository: webapp.guid, options: { service: 'redis' } },
      },
    ]),
  );
});

it('shows what is wrong with it, in sentences with their fix, and looks again', async () => {
  let found: unknown[] = [
    { severity: 'error', code: 'filesystem-errors', details: { name: 'webapp', found: '3', file: '/v' } },
    { severity: 'warning', code: 'sudo-docker', details: { file: 'api/Rediaccfile', line: 4 } },
  ];
  openSettings({}, { 'repository.validate': () => found });
  await screen.findByText('The file system of "webapp" has errors: 3.');
  expect(screen.getByRole('img', { name: 'error' })).toBeDefined();
  expect(screen.getByText('Write `docker`, or `sudo -E docker`.')).toBeDefined();
  found = [];
  press('Look again');
  await screen.findByText('Nothing is wrong.');
});

it('forgets a passphrase that this computer remembers', async () => {
  let kept = [{ guid: webapp.guid }];
  const { callsOf } = openSettings(
    {},
    {
      'passphrase.remembered': () => kept,
      'passphrase.forget': () => {
        kept = [];
        return {};
      },
    },
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Forget it' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Forget it' })).toBeNull());
  expect(callsOf('passphrase.forget')).toEqual([{ machine: key, guid: webapp.guid }]);
});

it('is deleted only when it is closed', () => {
  openSettings();
  expect(screen.getByRole('button', { name: 'Delete' })).toHaveProperty('disabled', true);
});
