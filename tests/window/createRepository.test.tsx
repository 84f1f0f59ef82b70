// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { speak } from '../../renderer/i18n/language.ts';
import { createLogSessions } from '../../renderer/logs/sessions.ts';
import { CreateRepositoryDialog } from '../../renderer/repository/create/CreateRepositoryDialog.tsx';
import { useCreations } from '../../renderer/repository/create/creations.ts';
import { AppError } from '../../shared/errors.ts';
import { createProgram, machineState } from './program.fixtures.ts';
import './terminal.fixtures.ts';

const key = { context: 'production', name: 'prod-1' };
const machine = { name: 'prod-1', host: 'h', port: 22, user: 'u', datastore: '/mnt/rediacc' };

// The limits are only against a test that hangs: no test measures a time, and a busy computer takes long.
configure({ asyncUtilTimeout: 20_000 });
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  speak('en');
  useCreations.setState({ creations: {} });
});
afterEach(cleanup);

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

async function open(answers: Parameters<typeof createProgram>[0]) {
  const program = createProgram(answers);
  await program.start();
  program.add(machineState(machine, 'production'));
  const onClose = vi.fn();
  const sessions = createLogSessions(program.api);
  render(<CreateRepositoryDialog api={program.api} sessions={sessions} machine={key} onClose={onClose} />);
  await screen.findByRole('dialog', { name: 'New repository on prod-1' });
  type('Name', 'web');
  type('Passphrase', 'correct horse');
  type('Passphrase again', 'correct horse');
  return { ...program, onClose };
}

it('makes an empty repository, with the passphrase in the keychain when that is wanted', async () => {
  const { callsOf } = await open({ 'operation.start': () => ({ operation: 'create' }) });
  fireEvent.click(await screen.findByText(/Remember it/));
  fireEvent.click(screen.getByRole('radio', { name: /^Nothing/ }));
  fireEvent.click(screen.getByRole('button', { name: 'Create it' }));
  await screen.findByRole('dialog', { name: 'web is made' });
  expect(callsOf('operation.start')).toEqual([
    {
      machine: key,
      request: { verb: 'create', repository: 'web', options: { size: 10 * 1024 ** 3 } },
      passphrase: 'correct horse',
      remember: true,
    },
  ]);
});

it('says why it could not be made, and goes back to the form', async () => {
  await open({
    'operation.start': () => Promise.reject(new AppError('name-taken', { name: 'web' })),
  });
  fireEvent.click(screen.getByRole('button', { name: /^Create it/ }));
  await screen.findByRole('dialog', { name: 'web could not be made' });
  expect(screen.getByRole('alert').textContent).toContain('There is already a repository named "web"');
  fireEvent.click(screen.getByRole('button', { name: 'Back to the form' }));
  await screen.findByRole('dialog', { name: 'New repository on prod-1' });
});

it('makes nothing before all is typed well', async () => {
  const { callsOf } = await open({});
  type('Passphrase again', 'correct');
  fireEvent.click(screen.getByRole('button', { name: /^Create it/ }));
  await waitFor(() => expect(screen.getByText('The two are not the same.')).toBeDefined());
  expect(callsOf('operation.start')).toEqual([]);
});

it('makes nothing for who leaves the form, though all is typed', async () => {
  const { callsOf, onClose } = await open({});
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(onClose).toHaveBeenCalledTimes(1);
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  expect(onClose).toHaveBeenCalledTimes(2);
  expect(callsOf('operation.start')).toEqual([]);
});
