import { app, Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { Text } from '../../shared/text/text.ts';

/**
 * Sets the program's menu, with the usual roles only; Chromium's developer tools are not for an installed app. The
 * program's own commands have their keys in the window.
 */
export function setMenu(text: Text): void {
  const words = text.shell.menu;
  const line = { type: 'separator' } as const;
  const items = (roles: readonly (keyof typeof words.roles)[]): MenuItemConstructorOptions[] =>
    roles.map((role) => ({ role, label: words.roles[role] }));
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin'
      ? [{ role: 'appMenu' } as const]
      : [{ label: words.file, submenu: items(['quit']) }]),
    {
      label: words.edit,
      submenu: [...items(['undo', 'redo']), line, ...items(['cut', 'copy', 'paste', 'selectAll'])],
    },
    {
      label: words.view,
      submenu: [
        ...items(['resetZoom', 'zoomIn', 'zoomOut']),
        line,
        ...items(app.isPackaged ? ['togglefullscreen'] : ['togglefullscreen', 'toggleDevTools']),
      ],
    },
    { label: words.window, role: 'window', submenu: items(['minimize', 'close']) },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
