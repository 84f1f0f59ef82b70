import { expect, it } from 'vitest';
import type { MachineState } from '../../shared/api/apiModel.ts';
import type { Repository, RepositoryState } from '../../shared/model.ts';
import { en } from '../../shared/text/en/en.ts';
import { actionCommands, placeCommands } from './commands.ts';

const repository = (name: string, state: RepositoryState, daemon = true) =>
  ({ guid: `guid of ${name}`, name, state, daemon, services: [] }) as unknown as Repository;

const machine = (name: string, state: 'connected' | 'offline', ...repositories: readonly Repository[]) =>
  ({
    machine: { context: 'production', name, host: `${name}.example` },
    connection: { state, since: 0 },
    repositories,
  }) as unknown as MachineState;

const sources = {
  machines: [
    machine('prod-1', 'connected', repository('mail', 'running'), repository('archive', 'closed', false)),
    machine('edge', 'offline', repository('kiosk', 'running')),
  ],
  contexts: {
    current: 'production',
    contexts: ['production', 'staging'].map((name) => ({ name, sshKey: '/k', machines: [] })),
  },
  text: en,
};

it('every machine, repository and section can be gone to, as it stands', () => {
  expect(placeCommands(sources).map(({ label, detail = '', tone = '' }) => [label, detail, tone])).toEqual([
    ['prod-1', 'prod-1.example', 'ok'],
    ['mail', 'prod-1 · Running', 'ok'],
    ['archive', 'prod-1 · Closed', 'closed'],
    ['edge', 'edge.example', 'stale'],
    ['kiosk', 'edge · Unknown', 'stale'],
    ['Machines', '', ''],
    ['Operations', '', ''],
    ['Logs', '', ''],
    ['Settings', '', ''],
  ]);
});

it('offers the action that fits, logs where a daemon runs, and nothing of a machine that is away but its return', () => {
  const labels = actionCommands(sources)
    .filter(({ group }) => group === 'actions')
    .map(({ label }) => label);
  expect(labels).toEqual([
    ...['Down: mail', 'Log: mail', 'Up: archive'],
    ...[
      'Up all: prod-1',
      'Down all: prod-1',
      'Autostart on for all: prod-1',
      'Autostart off for all: prod-1',
    ],
    'Reconnect: edge',
  ]);
});

it('offers the other contexts, and each command once', () => {
  const commands = [...placeCommands(sources), ...actionCommands(sources)];
  const labels = commands.map(({ label }) => label);
  expect(labels).toContain('Use the context staging');
  expect(labels).not.toContain('Use the context production');
  expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
});
