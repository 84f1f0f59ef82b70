// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showContexts, showNewContext, showRemoveMachine } from '../../renderer/contexts/contextDialogs.tsx';
import { DialogHost } from '../../renderer/frame/DialogHost.tsx';
import { speak } from '../../renderer/i18n/language.ts';
import { useDialogs } from '../../renderer/state/dialogs.ts';
import { goTo, useNavigation } from '../../renderer/state/navigation.ts';
import type { ApiResult } from '../../shared/api/api.ts';
import { AppError } from '../../shared/errors.ts';
import { createProgram } from './program.fixtures.ts';
import './terminal.fixtures.ts';

const machine = { name: 'prod-1', host: '203.0.113.50', port: 22, user: 'deploy', datastore: '/mnt/rediacc' };
const contexts = () => ({
  current: 'production',
  contexts: [
    { name: 'production', sshKey: '/k', machines: [machine] },
    { name: 'staging', sshKey: '/s', machines: [] },
  ],
});

// The limits are only against a test that hangs: no test measures a time, and a busy computer takes long.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  speak('en');
  useDialogs.setState({ waiting: [] });
  goTo({ screen: 'machines' });
});
afterEach(cleanup);

async function open(answers: Parameters<typeof createProgram>[0] = {}) {
  const program = createProgram(answers, contexts());
  await program.start();
  render(<DialogHost />);
  return program;
}

const dialog = (name: string) => screen.findByRole('dialog', { name });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const choose = async (context: string, entry: string) => {
  press(`More for ${context}`);
  fireEvent.click(await screen.findByRole('menuitem', { name: entry }));
};
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

async function chooseKey(name: string): Promise<void> {
  fireEvent.click(screen.getByRole('combobox', { name: 'SSH key' }));
  const option = await screen.findByRole('option', { name });
  fireEvent.pointerDown(option);
  fireEvent.click(option);
}

describe('the contexts', () => {
  it('are listed with their machines, and one click uses another', async () => {
    const { api, callsOf } = await open();
    showContexts(api);
    const shown = await dialog('Contexts');
    expect(within(shown).getByRole('region', { name: 'production' }).textContent).toContain('in use');
    expect(within(shown).getByText('deploy@203.0.113.50')).toBeDefined();
    press('Use staging');
    await waitFor(() => expect(callsOf('contexts.use')).toEqual([{ name: 'staging' }]));
    await waitFor(() =>
      expect(within(shown).getByRole('region', { name: 'staging' }).textContent).toContain('in use'),
    );
  });

  it('go only once their name is typed', async () => {
    const { api, callsOf } = await open();
    showContexts(api);
    await dialog('Contexts');
    await choose('staging', 'Delete staging');
    await dialog('Delete the context staging?');
    press('Delete the context');
    expect(callsOf('contexts.delete')).toEqual([]);
    type('Type staging to go on', 'staging');
    press('Delete the context');
    await dialog('Contexts');
    expect(callsOf('contexts.delete')).toEqual([{ name: 'staging' }]);
    expect(screen.queryByRole('region', { name: 'staging' })).toBeNull();
  });

  it('stay, with the reason, where one of them could not be deleted', async () => {
    const { api, callsOf } = await open({
      'contexts.delete': () => Promise.reject(new AppError('connection-lost')),
    });
    showContexts(api);
    await dialog('Contexts');
    await choose('staging', 'Delete staging');
    await dialog('Delete the context staging?');
    type('Type staging to go on', 'staging');
    press('Delete the context');
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
    expect(callsOf('contexts.delete')).toEqual([{ name: 'staging' }]);
    expect(await screen.findByRole('region', { name: 'staging' })).toBeDefined();
  });

  it('lead to a new machine of theirs, and use it from then on', async () => {
    const { api, callsOf } = await open();
    showContexts(api);
    await dialog('Contexts');
    await choose('staging', 'Add a machine');
    await waitFor(() => expect(useNavigation.getState().place).toEqual({ screen: 'first-run' }));
    expect(callsOf('contexts.use')).toEqual([{ name: 'staging' }]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('stay where they are when another could not be used for a new machine', async () => {
    const { api } = await open({ 'contexts.use': () => Promise.reject(new AppError('connection-lost')) });
    showContexts(api);
    await dialog('Contexts');
    await choose('staging', 'Add a machine');
    expect((await screen.findByRole('alert')).textContent).toContain('connection');
    expect(useNavigation.getState().place).toEqual({ screen: 'machines' });
  });

  it('take the hosts of ~/.ssh/config that fit, and say why the others do not', async () => {
    const host = (alias: string, more: object = {}): ApiResult<'contexts.importable'>[number] => ({
      ...{ alias, name: alias, host: alias, port: 22, user: 'ops', throughOther: false },
      ...more,
    });
    const { api, callsOf } = await open({
      'contexts.importable': () => [
        host('edge'),
        host('paris', { port: 2222 }),
        host('prod-1'),
        host('inner', { throughOther: true }),
        host('other', { sshKey: '/other' }),
      ],
    });
    showContexts(api);
    await dialog('Contexts');
    await choose('production', 'Import from ~/.ssh/config');
    const shown = await dialog('Import into production');
    await screen.findByRole('button', { name: 'Add 2 machines' });
    expect(within(shown).getAllByRole('checkbox')).toHaveLength(2);
    expect(within(shown).getByText(/a machine of that name is there already/)).toBeDefined();
    fireEvent.click(within(shown).getByText('edge'));
    press('Add 1 machine');
    await waitFor(() =>
      expect(callsOf('contexts.import')).toEqual([{ context: 'production', hosts: ['paris'] }]),
    );
  });
});

describe('a new context', () => {
  it('gets its name and its key, and leads to its first machine', async () => {
    const { api, callsOf } = await open();
    showNewContext(api);
    await dialog('New context');
    await screen.findByRole('combobox', { name: 'SSH key' });
    type('Name', 'Edge');
    expect(screen.getByText(/"Edge" cannot be a name/)).toBeDefined();
    type('Name', 'edge');
    press('Create it');
    await waitFor(() => expect(useNavigation.getState().place).toEqual({ screen: 'first-run' }));
    expect(callsOf('contexts.create')).toEqual([{ name: 'edge', sshKey: '/home/ana/.ssh/id_ed25519' }]);
  });

  it('is made only once it has a name and a key', async () => {
    const { api, callsOf } = await open();
    showNewContext(api);
    const shown = await dialog('New context');
    await screen.findByRole('combobox', { name: 'SSH key' });
    const enter = () => fireEvent.submit(shown.querySelector('form') as HTMLFormElement);
    enter();
    type('Name', 'Edge');
    enter();
    type('Name', 'edge');
    await chooseKey('Another file');
    type('Path of the key', ' ');
    enter();
    expect(callsOf('contexts.create')).toEqual([]);
    type('Path of the key', '/keys/edge');
    enter();
    await waitFor(() => expect(callsOf('contexts.create')).toEqual([{ name: 'edge', sshKey: '/keys/edge' }]));
  });

  it('takes a key that was found, also after another was asked for', async () => {
    const { api, callsOf } = await open();
    showNewContext(api);
    await dialog('New context');
    await screen.findByRole('combobox', { name: 'SSH key' });
    type('Name', 'edge');
    expect(screen.queryByLabelText('Path of the key')).toBeNull();
    await chooseKey('Another file');
    expect(screen.getByLabelText<HTMLInputElement>('Path of the key').value).toBe('');
    await chooseKey('/home/ana/.ssh/id_rsa (rsa)');
    expect(screen.queryByLabelText('Path of the key')).toBeNull();
    expect(screen.getByText(/It has a passphrase/)).toBeDefined();
    press('Create it');
    await waitFor(() =>
      expect(callsOf('contexts.create')).toEqual([{ name: 'edge', sshKey: '/home/ana/.ssh/id_rsa' }]),
    );
  });

  it('stays with its error', async () => {
    const { api } = await open({
      'contexts.create': () => Promise.reject(new AppError('key-not-private', { file: '/k.pub' })),
    });
    showNewContext(api);
    await dialog('New context');
    await screen.findByRole('combobox', { name: 'SSH key' });
    type('Name', 'edge');
    press('Create it');
    expect((await screen.findByRole('alert')).textContent).toContain('/k.pub is not an SSH private key');
  });
});

it('forgets a machine after a light question, and leaves its page', async () => {
  const { api, callsOf } = await open();
  const key = { context: 'production', name: 'prod-1' };
  goTo({ screen: 'machine', machine: key });
  showRemoveMachine(api, key);
  await dialog('Remove prod-1 from production?');
  press('Remove the machine');
  await waitFor(() => expect(useNavigation.getState().place).toEqual({ screen: 'machines' }));
  expect(callsOf('contexts.removeMachine')).toEqual([{ machine: key }]);
});

it('leaves no page but that of the machine that was forgotten', async () => {
  const { api, callsOf } = await open();
  const place = { screen: 'machine', machine: { context: 'production', name: 'prod-1' } } as const;
  goTo(place);
  const other = { context: 'staging', name: 'prod-1' };
  showRemoveMachine(api, other);
  await dialog('Remove prod-1 from staging?');
  press('Remove the machine');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(callsOf('contexts.removeMachine')).toEqual([{ machine: other }]);
  expect(useNavigation.getState().place).toEqual(place);
});

it('keeps a machine that could not be forgotten, and its page, and says why', async () => {
  const { api } = await open({
    'contexts.removeMachine': () => Promise.reject(new AppError('connection-lost')),
  });
  const key = { context: 'production', name: 'prod-1' };
  goTo({ screen: 'machine', machine: key });
  showRemoveMachine(api, key);
  await dialog('Remove prod-1 from production?');
  press('Remove the machine');
  expect((await screen.findByRole('alert')).textContent).toContain('connection');
  expect(useNavigation.getState().place).toEqual({ screen: 'machine', machine: key });
});
