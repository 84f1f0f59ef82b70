import { Menu, Tray, nativeImage } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import { join } from 'node:path';
import type { Tone } from '../../shared/tone.ts';
import type { TrayChoice, TrayItem, TrayMenu } from '../../shared/trayMenu.ts';

/** The icon in the system's tray. */
interface TrayIcon {
  readonly update: (menu: TrayMenu) => void;
}

/** Shows `menu` in the system's tray. `dist` holds one icon for each tone. */
export function createTray(dist: string, menu: TrayMenu, chosen: (choice: TrayChoice) => void): TrayIcon {
  const image = (tone: Tone): Electron.NativeImage =>
    nativeImage.createFromPath(join(dist, 'icons', `${tone}.png`));
  const tray = new Tray(image(menu.tone));
  let shown: string | undefined;
  const update = (now: TrayMenu): void => {
    // A menu that is replaced closes under the pointer, so it is replaced only when it has changed.
    const next = JSON.stringify(now);
    if (next === shown) return;
    shown = next;
    tray.setImage(image(now.tone));
    tray.setToolTip(now.label);
    tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(now, chosen)));
  };
  update(menu);
  // On macOS a click opens the menu.
  if (process.platform !== 'darwin') tray.on('click', () => chosen({ kind: 'open' }));
  return { update };
}

function trayTemplate(
  { sections }: TrayMenu,
  chosen: (choice: TrayChoice) => void,
): MenuItemConstructorOptions[] {
  const entry = ({ label, choice, items }: TrayItem): MenuItemConstructorOptions => {
    if (items) return { label, submenu: items.map(entry) };
    return choice ? { label, click: () => chosen(choice) } : { label, enabled: false };
  };
  return sections.flatMap((section, index) => [
    ...(index === 0 ? [] : [{ type: 'separator' } as const]),
    ...section.map(entry),
  ]);
}
