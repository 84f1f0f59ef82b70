import { beforeEach, describe, expect, it, vi } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { trayMenu } from '../../shared/trayMenu.ts';
import type { TrayChoice } from '../../shared/trayMenu.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { createNotifications } from '../../electron/shell/notifications.ts';
import { createTray } from '../../electron/shell/tray.ts';
import { createManualClock } from '../support/manualClock.ts';
import { machineWith, webapp } from '../window/panes.fixtures.ts';
import { records } from './standIn/state.ts';

const machine = { context: 'production', name: 'prod-1' };

beforeEach(() => {
  records.trays.length = 0;
  records.notifications.length = 0;
});

describe('the tray', () => {
  const show = (chosen: (choice: TrayChoice) => void = () => undefined): ReturnType<typeof createTray> =>
    createTray('/dist', trayMenu({ machines: [machineWith(webapp)] }, en), chosen);

  it('shows the overall state, and the machines with what can be done', () => {
    show();
    const [tray] = records.trays;
    expect(tray?.icon).toBe('/dist/icons/warn.png');
    expect(tray?.toolTip).toBe('Rediacc Desktop: something is degraded');
    expect(tray?.menu.map(({ label, type }) => label ?? type)).toEqual([
      'prod-1, Degraded',
      'separator',
      'Open the window',
      'Quit',
    ]);
    expect(tray?.menu[0]?.submenu).toMatchObject([{ label: 'webapp, Degraded: Down' }]);
  });

  it('says what was chosen', () => {
    const chosen = vi.fn();
    show(chosen);
    const [tray] = records.trays;
    const click = (item: Electron.MenuItemConstructorOptions | undefined): void =>
      (item?.click as (() => void) | undefined)?.();
    click((tray?.menu[0]?.submenu as Electron.MenuItemConstructorOptions[])[0]);
    click(tray?.menu[3]);
    tray?.click();
    expect(chosen.mock.calls).toEqual([
      [{ kind: 'repository', action: 'down', machine, guid: webapp.guid }],
      [{ kind: 'quit' }],
      [{ kind: 'open' }],
    ]);
  });

  it('is not set anew while it says the same, because an open menu would close', () => {
    const { update } = show();
    const before = records.trays[0]?.menu;
    update(trayMenu({ machines: [machineWith({ ...webapp, used: 1 })] }, en));
    expect(records.trays[0]?.menu).toBe(before);
    update(trayMenu({ machines: [machineWith({ ...webapp, state: 'running' })] }, en));
    expect(records.trays[0]?.icon).toBe('/dist/icons/ok.png');
  });
});

describe('a notification', () => {
  const options = (): Parameters<typeof createNotifications>[0] => ({
    clock: createManualClock(),
    wanted: () => true,
    text: () => en,
    chosen: () => undefined,
    opened: () => undefined,
  });
  const up: OperationSummary = {
    id: 'operation-1',
    verb: 'up',
    repository: { guid: webapp.guid, name: 'webapp' },
    origin: 'person',
    by: 'deploy',
    startedAt: 1,
    state: 'running',
  };
  const look = (state: OperationSummary['state']): { machines: ReturnType<typeof machineWith>[] } => ({
    machines: [{ ...machineWith(webapp), operations: [{ ...up, state }] }],
  });

  it('tells what ended while the window is not in front, and leads there', () => {
    const chosen = vi.fn();
    const { update } = createNotifications({ ...options(), chosen });
    update(look('running'));
    update(look('failed'));
    update(look('failed'));
    expect(records.notifications).toMatchObject([{ title: 'webapp: Failed', body: 'up on prod-1' }]);
    records.notifications[0]?.click();
    expect(chosen).toHaveBeenCalledWith({ machine, operation: { ...up, state: 'failed' } });
  });

  it('is not made while somebody looks, nor told later', () => {
    let wanted = false;
    const { update } = createNotifications({ ...options(), wanted: () => wanted });
    update(look('running'));
    update(look('succeeded'));
    wanted = true;
    update(look('succeeded'));
    expect(records.notifications).toEqual([]);
  });

  const broken = (entry: number, level: JournalEntry['level'] = 'error'): JournalEntry => ({
    ...{ n: entry, entry, kind: 'datastore-full', level, count: 1, details: { percent: 97 } },
    subject: { path: '/mnt/rediacc' },
    began: { at: 5, boot: { id: 'one', uptime: 5 } },
  });
  const missed = (...entries: JournalEntry[]): { machines: ReturnType<typeof machineWith>[] } => ({
    machines: [
      { ...machineWith(webapp), journal: { newest: 9, away: { entries, count: entries.length, upto: 9 } } },
    ],
  });

  it('tells what broke while nobody looked, all of it at once, and leads to the machine', () => {
    const clock = createManualClock();
    const opened = vi.fn();
    const { update } = createNotifications({ ...options(), clock, opened });
    update(missed());
    update(missed(broken(1), broken(2, 'warning')));
    update(missed(broken(1), broken(2, 'warning'), broken(3)));
    expect(records.notifications).toEqual([]);
    clock.advance(5000);
    expect(records.notifications).toMatchObject([
      { title: 'Trouble on prod-1', body: '2 things went wrong. The window lists them.' },
    ]);
    records.notifications[0]?.click();
    expect(opened.mock.calls).toMatchObject([[{ machines: [machine] }]]);
    update(missed(broken(1), broken(3)));
    update(missed(broken(1), broken(3), broken(4, 'critical')));
    clock.advance(5000);
    expect(records.notifications[1]).toMatchObject({ body: 'Datastore /mnt/rediacc 97 % used' });
    expect(records.notifications.length).toBe(2);
  });

  it('tells nothing of what broke once somebody has looked', () => {
    const clock = createManualClock();
    let wanted = true;
    const { update } = createNotifications({ ...options(), clock, wanted: () => wanted });
    update(missed(broken(1)));
    wanted = false;
    clock.advance(5000);
    expect(records.notifications).toEqual([]);
  });
});
