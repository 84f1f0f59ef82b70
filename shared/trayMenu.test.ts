import { describe, expect, it } from 'vitest';
import type { MachineState } from './api/apiModel.ts';
import type { OperationSummary, Repository, RepositoryState } from './model.ts';
import { en } from './text/en/en.ts';
import { fr } from './text/fr/fr.ts';
import { gravestTone } from './tone.ts';
import { trayMenu } from './trayMenu.ts';
import type { TrayItem } from './trayMenu.ts';

const repository = (name: string, state: RepositoryState, more: Partial<Repository> = {}): Repository => ({
  guid: `guid-of-${name}`,
  name,
  state,
  networkId: 2816,
  created: '2026-05-12T10:00:00Z',
  mounted: true,
  daemon: true,
  size: 1,
  path: `/mnt/rediacc/repos/${name}`,
  services: [],
  running: 0,
  autostart: { enabled: false },
  notices: [],
  ...more,
});

const machine = (
  name: string,
  repositories: Repository[],
  more: Partial<MachineState> = {},
): MachineState => ({
  machine: { context: 'production', name, host: 'h', port: 22, user: 'u', datastore: '/mnt/rediacc' },
  connection: { state: 'connected', since: 0 },
  metrics: [],
  repositories,
  operations: [],
  ...more,
});

const up: OperationSummary = {
  id: 'operation-1',
  verb: 'up',
  repository: { guid: 'guid-of-mail', name: 'mail' },
  origin: 'person',
  by: 'deploy',
  startedAt: 0,
  state: 'running',
};

const labels = (items: readonly TrayItem[] | undefined): string[] => (items ?? []).map(({ label }) => label);
const key = { context: 'production', name: 'prod-1' };

describe('the tray menu', () => {
  it('names the services that are in a crash loop, for the repository and for its machine', () => {
    const looping = repository('webapp', 'degraded', {
      notices: ['api', 'api', 'worker'].map((service) => ({
        ...{ code: 'crash-loop', details: { service, restarts: 8, exitCode: 3 } },
      })),
    });
    const of = (machines: MachineState[], text: typeof en): string[] => {
      const [first] = trayMenu({ machines }, text).sections[0] ?? [];
      return [first?.label ?? '', ...labels(first?.items)];
    };
    expect(of([machine('prod-1', [looping])], en)).toEqual([
      'prod-1, Degraded (crash loop: api, worker)',
      'webapp, Degraded (crash loop: api, worker): Down',
    ]);
    expect(of([machine('prod-1', [looping])], fr)[0]).toBe(
      'prod-1, Dégradé (plante en boucle\u00a0: api, worker)',
    );
    // What was seen before the machine was lost is not told as what is.
    const lost = machine('prod-1', [looping], { connection: { state: 'offline', since: 0 } as never });
    expect(of([lost], en).join()).not.toContain('crash');
  });

  it('lists each machine with its repositories and the one action that fits', () => {
    const busy = repository('mail', 'busy', { operation: up });
    const all = [
      repository('webapp', 'running'),
      repository('shop', 'closed'),
      busy,
      repository('old', 'damaged'),
    ];
    const { sections } = trayMenu({ machines: [machine('prod-1', all)] }, en);
    const [first] = sections[0] ?? [];
    expect(first?.label).toBe('prod-1, Damaged');
    expect(labels(first?.items)).toEqual([
      'webapp, Running: Down',
      'shop, Closed: Up',
      'mail, Starting: Cancel',
      'old, Damaged: Show',
    ]);
    expect(first?.items?.map(({ choice }) => choice)).toEqual(
      (['down', 'up', 'cancel', 'inspect'] as const).map((action, index) => ({
        kind: 'repository',
        action,
        machine: key,
        guid: all[index]?.guid,
      })),
    );
  });

  it('shows running operations in a section of their own, then Open and Quit', () => {
    const ended = { ...up, id: 'operation-0', state: 'succeeded' } as const;
    const state = { machines: [machine('prod-1', [], { operations: [up, ended] })] };
    const { sections } = trayMenu(state, en);
    expect(sections.slice(1)).toEqual([
      [
        {
          label: 'Starting: mail on prod-1',
          name: 'Starting: mail on prod-1',
          tone: 'busy',
          choice: { kind: 'operation', machine: key, operation: 'operation-1' },
        },
      ],
      [
        { label: 'Open the window', name: 'Open the window', choice: { kind: 'open' } },
        { label: 'Quit', name: 'Quit', choice: { kind: 'quit' } },
      ],
    ]);
  });

  it('calls nothing green, running or startable on a machine that does not answer', () => {
    const offline = machine('prod-1', [repository('webapp', 'running')], {
      connection: { state: 'offline', since: 0 },
      operations: [up],
    });
    const menu = trayMenu({ machines: [offline] }, en);
    expect(menu.tone).toBe('stale');
    expect(menu.sections).toHaveLength(2);
    const [first] = menu.sections[0] ?? [];
    expect(first?.label).toBe('prod-1, Offline');
    expect(labels(first?.items)).toEqual(['Reconnect', 'webapp, Unknown']);
    expect(first?.items?.map(({ choice }) => choice)).toEqual([
      { kind: 'reconnect', machine: key },
      undefined,
    ]);
  });

  it('leaves alone a machine that is being connected to: there is nothing to hurry', () => {
    const connecting = machine('prod-1', [], { connection: { state: 'connecting', since: 0 } });
    const { sections } = trayMenu({ machines: [connecting] }, en);
    expect(sections[0]?.map(({ label, items }) => [label, labels(items)])).toEqual([
      ['prod-1, Connecting', ['No repository yet']],
    ]);
  });

  it('says so when there is no machine', () => {
    const menu = trayMenu({ machines: [] }, en);
    expect(labels(menu.sections[0])).toEqual(['No machine yet']);
    expect(menu.label).toBe('Rediacc Desktop: nothing runs');
  });

  it('speaks French', () => {
    const { sections, label } = trayMenu({ machines: [machine('prod-1', [repository('mail', 'busy')])] }, fr);
    expect(label).toBe('Rediacc Desktop\u00a0: au travail');
    expect(labels(sections[0]?.[0]?.items)).toEqual(['mail, Occupé\u00a0: Annuler']);
    expect(labels(sections[1])).toEqual(['Ouvrir la fenêtre', 'Quitter']);
  });
});

describe('the overall state', () => {
  it.each([
    [['running', 'closed'], 'ok'],
    [['closed', 'mounted'], 'idle'],
    [['running', 'busy'], 'busy'],
    [['busy', 'degraded'], 'warn'],
    [['degraded', 'failed'], 'fail'],
  ] as const)('of %j is %s', (states, tone) => {
    const repositories = states.map((state) => repository(state, state));
    expect(trayMenu({ machines: [machine('prod-1', repositories)] }, en).tone).toBe(tone);
  });

  it('of a machine that is well beside one that does not answer is not green', () => {
    const well = machine('prod-1', [repository('webapp', 'running')]);
    const gone = machine('prod-2', [], { connection: { state: 'offline', since: 0 } });
    expect(trayMenu({ machines: [well, gone] }, en).tone).toBe('stale');
  });

  it('of nothing is that nothing runs', () => expect(gravestTone([])).toBe('idle'));
});
