import { app, dialog } from 'electron';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ApiPayload } from '../../shared/api/api.ts';
import type { Settings } from '../../shared/api/apiModel.ts';
import { describeError, fill, toAppError } from '../../shared/errors.ts';
import { languageFor, languages } from '../../shared/text/language.ts';
import type { Text } from '../../shared/text/text.ts';
import { trayMenu } from '../../shared/trayMenu.ts';
import { createApplication } from '../api/application.ts';
import type { Application } from '../api/application.ts';
import { readBuiltAgent } from '../builtAgent.ts';
import { systemClock } from '../engine/clock.ts';
import { ownFolders } from '../engine/store/folders.ts';
import { refuseDebugging } from './debugging.ts';
import { serveIpc } from './ipc.ts';
import { lockWindows } from './locks.ts';
import { setMenu } from './menu.ts';
import { createNotifications } from './notifications.ts';
import { openOwnSession } from './ownSession.ts';
import { openSecrets } from './secrets.ts';
import { createTray } from './tray.ts';
import { perform } from './trayActions.ts';
import { createWindow, declareScheme, serveWindow } from './window.ts';
import type { AppWindow } from './window.ts';
import { openWindowFile } from './windowFile.ts';
import type { WindowFile } from './windowFile.ts';

/**
 * Starts the desktop app from the folder `dist`, which holds the built files. A second start shows the window of the
 * first one and ends.
 */
export function startShell(dist: string): void {
  const refused = refuseDebugging();
  declareScheme();
  const userData = join(ownFolders().state, 'electron');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
  // Windows shows notifications only of programs with such a name.
  if (process.platform === 'win32') app.setAppUserModelId('com.rediacc.desktop');
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app
    .whenReady()
    .then(() => {
      if (refused !== undefined) throw refused;
      return run(dist);
    })
    .catch((error: unknown) => {
      const text = textOf('system');
      const { message, next } = describeError(toAppError(error), text);
      dialog.showErrorBox(text.app.name, `${message}\n\n${next}`);
      app.exit(1);
    });
}

async function run(dist: string): Promise<void> {
  const folders = ownFolders();
  lockWindows();
  serveWindow(join(dist, 'renderer'));
  const application = await createApplication({
    folders,
    version: (await readBuiltAgent(dist)).version,
    mode: 'electron',
    locale: app.getPreferredSystemLanguages()[0] ?? app.getLocale(),
    home: homedir(),
    readAgent: () => readBuiltAgent(dist),
    passphrases: await openSecrets(folders.config),
  });
  const window = await assemble(dist, application, openWindowFile(folders.state));
  closeBeforeQuit(application, window);
  await window.show();
}

/** Closes the connections in order before the program ends. Operations go on without it. */
function closeBeforeQuit(application: Application, window: AppWindow): void {
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void Promise.allSettled([window.keep(), application.close()]).then(() => {
      closed = true;
      app.quit();
    });
  });
}

/** Makes the tray, the menu, the notifications and the window, which is hidden at first, and connects them. */
async function assemble(dist: string, application: Application, file: WindowFile): Promise<AppWindow> {
  let text = textOf('system');
  let settings: Settings | undefined;
  const window = createWindow({ dist, file, closed: () => void own.declinePrompts() });
  const link = serveIpc(application, (contents) => contents === window.current()?.webContents);
  const show = (what: ApiPayload<'app.show'> = {}): void => {
    if (Object.keys(what).length > 0) link.show(what);
    window.show().catch((error: unknown) => tellError(error, text));
  };
  const notifications = createNotifications({
    clock: systemClock,
    wanted: () => settings?.notifications === true && window.current()?.isFocused() !== true,
    text: () => text,
    chosen: ({ machine, operation }) => show({ machine, operation: operation.id }),
    opened: ({ machines: [machine] }) => show(machine === undefined ? {} : { machine }),
  });
  const dependencies = {
    snapshot: () => application.snapshot(),
    show,
    confirmDown: (names: { name: string; machine: string }) => confirmDown(names, text),
    quit: () => app.quit(),
  };
  const tray = createTray(dist, trayMenu({ machines: [] }, text), (choice) => {
    perform(choice, { ...dependencies, call: own.call }).catch((error: unknown) => tellError(error, text));
  });
  const own = await openOwnSession(application, {
    state: (state) => {
      tray.update(trayMenu(state, text));
      notifications.update(state);
    },
    settings: (value) => {
      settings = value;
      text = textOf(value.language);
      setMenu(text);
      tray.update(trayMenu(application.snapshot(), text));
    },
    asked: () => {
      if (!window.current()) show();
    },
  });
  app.on('second-instance', () => show());
  app.on('activate', () => show());
  // Without this listener Electron would quit; the program goes on in the tray and still notifies.
  app.on('window-all-closed', () => undefined);
  return window;
}

function textOf(language: Settings['language']): Text {
  return languages[languageFor(language, app.getPreferredSystemLanguages())];
}

async function confirmDown(names: { name: string; machine: string }, text: Text): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: fill(text.panes.confirm.down, names),
    detail: text.panes.confirm.downHelp,
    buttons: [text.panes.head.down, text.app.cancel],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}

function tellError(error: unknown, text: Text): void {
  const { message, next } = describeError(toAppError(error), text);
  void dialog.showMessageBox({ type: 'error', message, detail: next, buttons: [text.app.close] });
}
