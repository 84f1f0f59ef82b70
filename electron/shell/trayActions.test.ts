import { describe, expect, it, vi } from 'vitest';
import type { Repository } from '../../shared/model.ts';
import type { TrayChoice } from '../../shared/trayMenu.ts';
import { machineWith, webapp } from '../../tests/window/panes.fixtures.ts';
import { perform } from './trayActions.ts';

const machine = { context: 'production', name: 'prod-1' };
const choice = (action: Extract<TrayChoice, { kind: 'repository' }>['action']): TrayChoice => ({
  kind: 'repository',
  action,
  machine,
  guid: webapp.guid,
});

/** Makes a choice in the tray, on a machine with this one repository. Resolves with what was called and shown. */
async function choose(
  chosen: TrayChoice,
  repository: Partial<Repository> = {},
  people: { remembered?: string[]; confirms?: boolean } = {},
): Promise<unknown[]> {
  const seen: unknown[] = [];
  await perform(chosen, {
    call: vi.fn((method: string, params: unknown) => {
      if (method !== 'passphrase.remembered') seen.push([method, params]);
      return Promise.resolve((people.remembered ?? []).map((guid) => ({ guid })));
    }) as never,
    snapshot: () => ({ machines: [machineWith({ ...webapp, ...repository })] }),
    show: (what) => void seen.push(['show', what]),
    confirmDown: (names) => {
      seen.push(['confirm', names]);
      return Promise.resolve(people.confirms === true);
    },
    quit: () => void seen.push('quit'),
  });
  return seen;
}

const start = (verb: string, options: object): unknown => [
  'operation.start',
  { machine, request: { verb, repository: webapp.guid, options } },
];

describe('Up from the tray', () => {
  it('asks nothing where the volume is open, or its passphrase remembered', async () => {
    expect(await choose(choice('up'), { mounted: true })).toEqual([start('up', {})]);
    expect(await choose(choice('up'), { mounted: false }, { remembered: [webapp.guid] })).toEqual([
      start('up', { mount: true }),
    ]);
  });

  it('has the window ask for a passphrase that is not remembered', async () => {
    expect(await choose(choice('up'), { mounted: false }, { remembered: ['another'] })).toEqual([
      ['show', { machine, repository: webapp.guid, ask: 'up' }],
    ]);
  });
});

describe('Down from the tray', () => {
  const asked = ['confirm', { name: 'webapp', machine: 'prod-1' }];
  it('asks first, naming repository and machine', async () => {
    expect(await choose(choice('down'), {}, { confirms: true })).toEqual([asked, start('down', {})]);
    expect(await choose(choice('down'), {}, { confirms: false })).toEqual([asked]);
  });
});

it('cancels the operation that holds the repository now, and none when it has ended since', async () => {
  const operation = {
    id: 'operation-1',
    verb: 'up',
    repository: { guid: webapp.guid, name: 'webapp' },
    origin: 'person',
    by: 'deploy',
    startedAt: 0,
    state: 'running',
  } as const;
  expect(await choose(choice('cancel'), { operation })).toEqual([
    ['operation.cancel', { machine, operation: 'operation-1' }],
  ]);
  expect(await choose(choice('cancel'))).toEqual([]);
});

it('shows what there is to see, reconnects, opens and quits', async () => {
  expect(await choose(choice('inspect'))).toEqual([['show', { machine, repository: webapp.guid }]]);
  expect(await choose({ kind: 'operation', machine, operation: 'o' })).toEqual([
    ['show', { machine, operation: 'o' }],
  ]);
  expect(await choose({ kind: 'reconnect', machine })).toEqual([['machine.reconnect', { machine }]]);
  expect(await choose({ kind: 'open' })).toEqual([['show', {}]]);
  expect(await choose({ kind: 'quit' })).toEqual(['quit']);
});

it('does nothing with a repository that is gone by now', async () => {
  expect(await choose(choice('up'), { guid: '00000000-0000-4000-8000-000000000000' })).toEqual([]);
});
