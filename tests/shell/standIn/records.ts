import type { MenuItemConstructorOptions, NotificationConstructorOptions } from 'electron';

/** The shell's effects on the system, for a test to read, and the state of the system, for a test to set. */
export interface Records {
  /** The tray icons that were made, each as it is now. */
  trays: { icon: string; toolTip: string; menu: MenuItemConstructorOptions[]; click(): void }[];
  applicationMenu: MenuItemConstructorOptions[];
  notifications: (NotificationConstructorOptions & { click(): void })[];
  /** The addresses that were handed to the person's browser. */
  opened: string[];
  /** The message boxes; each was answered with the number in `answer`. */
  asked: Electron.MessageBoxOptions[];
  answer: number;
  errors: string[];
  paths: Record<string, string>;
  exitCode: number | undefined;
  permits: {
    request?: (permission: string, url: string) => boolean;
    check?: (permission: string, url: string) => boolean;
    device?: () => boolean;
  };
  schemes: Electron.CustomScheme[];
  /** The state of the system. */
  system: {
    isFirstInstance: boolean;
    isPackaged: boolean;
    /** The switches of the program's command line, without their dashes. */
    switches: string[];
    languages: string[];
    keychain: ReturnType<Electron.SafeStorage['getSelectedStorageBackend']>;
    keychainAnswers: boolean;
    workAreas: Electron.Rectangle[];
  };
}

/** Makes the records of a system on which nothing has happened yet. */
export function createRecords(): Records {
  return {
    trays: [],
    applicationMenu: [],
    notifications: [],
    opened: [],
    asked: [],
    answer: 0,
    errors: [],
    paths: {},
    exitCode: undefined,
    permits: {},
    schemes: [],
    system: {
      isFirstInstance: true,
      isPackaged: false,
      switches: [],
      languages: ['en-GB'],
      keychain: 'gnome_libsecret',
      keychainAnswers: true,
      workAreas: [{ x: 0, y: 0, width: 1920, height: 1040 }],
    },
  };
}
