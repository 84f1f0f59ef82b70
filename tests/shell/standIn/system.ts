import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { Records } from './records.ts';
import { records } from './state.ts';

type Template = Electron.MenuItemConstructorOptions[];

/** A menu that only keeps its template. */
export class Menu {
  readonly template: Template;
  private constructor(template: Template) {
    this.template = template;
  }
  static buildFromTemplate(template: Template): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu | null): void {
    records.applicationMenu = menu?.template ?? [];
  }
}

interface Image {
  readonly path: string;
}

export const nativeImage = { createFromPath: (path: string): Image => ({ path }) };

export class Tray extends EventEmitter {
  readonly #record: Records['trays'][number];
  constructor(image: Image) {
    super();
    const click = (): void => void this.emit('click');
    this.#record = { icon: image.path, toolTip: '', menu: [], click };
    records.trays.push(this.#record);
  }
  setImage(image: Image): void {
    this.#record.icon = image.path;
  }
  setToolTip(toolTip: string): void {
    this.#record.toolTip = toolTip;
  }
  setContextMenu(menu: Menu | null): void {
    this.#record.menu = menu?.template ?? [];
  }
}

export class Notification extends EventEmitter {
  readonly #options: Electron.NotificationConstructorOptions;
  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super();
    this.#options = options;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    records.notifications.push({ ...this.#options, click: () => void this.emit('click') });
  }
}

export const dialog: Pick<Electron.Dialog, 'showErrorBox'> & {
  showMessageBox(options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue>;
} = {
  showErrorBox: (title, content) => void records.errors.push(`${title}: ${content}`),
  showMessageBox: (options) => {
    records.asked.push(options);
    return Promise.resolve({ response: records.answer, checkboxChecked: false });
  },
};

export const shell: Pick<Electron.Shell, 'openExternal'> = {
  openExternal: (url) => {
    records.opened.push(url);
    return Promise.resolve();
  },
};

const displayOf = (workArea: Electron.Rectangle): Pick<Electron.Display, 'workArea'> => ({ workArea });
export const screen = {
  getAllDisplays: () => records.system.workAreas.map(displayOf),
  getPrimaryDisplay: () => displayOf(records.system.workAreas[0] ?? { x: 0, y: 0, width: 800, height: 600 }),
};

/** The word before a locked text, which is only reversed: enough to see that a file does not have the passphrase. */
const MARK = Buffer.from('locked:');
export const safeStorage: Pick<
  Electron.SafeStorage,
  'decryptStringAsync' | 'encryptStringAsync' | 'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable'
> = {
  getSelectedStorageBackend: () => records.system.keychain,
  isAsyncEncryptionAvailable: () => Promise.resolve(records.system.keychainAnswers),
  encryptStringAsync: (text) => Promise.resolve(Buffer.concat([MARK, Buffer.from(text).reverse()])),
  decryptStringAsync: (bytes) => {
    if (!bytes.subarray(0, MARK.length).equals(MARK))
      return Promise.reject(new Error('This was locked with another key'));
    const result = Buffer.from(bytes.subarray(MARK.length)).reverse().toString();
    return Promise.resolve({ result, shouldReEncrypt: false });
  },
};

type Asking = { getURL(): string } | null;
export const session = {
  defaultSession: {
    setPermissionCheckHandler: (handler: (asking: Asking, permission: string) => boolean): void => {
      records.permits.check = (permission, url) => handler({ getURL: () => url }, permission);
    },
    setPermissionRequestHandler: (
      handler: (asking: Asking, permission: string, answer: (granted: boolean) => void) => void,
    ): void => {
      records.permits.request = (permission, url) => {
        let granted: boolean | undefined;
        handler({ getURL: () => url }, permission, (answer) => {
          granted = answer;
        });
        return granted === true;
      };
    },
    setDevicePermissionHandler: (handler: () => boolean): void => {
      records.permits.device = handler;
    },
  },
};
