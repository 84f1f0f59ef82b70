import { beforeEach, describe, expect, it, vi } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { trayMenu } from '../../shared/trayMenu.ts';
import type { TrayChoice } from '../../shared/trayMenu.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { createNotifications } from '../../electron/shell/notifications.ts';
import { createTray } from '../../electron/shell/tray.ts';
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
    const { update } = createNotifications({ wanted: () => true, text: () => en, chosen });
    update(look('running'));
    update(look('failed'));
    update(look('failed'));
    expect(records.notifications).toMatchObject([{ title: 'webapp: Failed', body: 'up on prod-1' }]);
    records.notifications[0]?.click();
    expect(chosen).toHaveBeenCalledWith({ machine, operation: { ...up, state: 'failed' } });
  });

  it('is not made while somebody looks, nor told later', () => {
    let wanted = false;
    const { update } = createNotifications({
      wanted: () => wanted,
      text: () => en,
      chosen: () => undefined,
    });
    update(look('running'));
    update(look('succeeded'));
    wanted = true;
    update(look('succeeded'));
    expect(records.notifications).toEqual([]);
  });
});
