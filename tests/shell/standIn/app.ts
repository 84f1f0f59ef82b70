import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { records, windows } from './state.ts';

/** Makes an event that `preventDefault` refuses. */
export function refusable<T extends object>(
  more: T,
): T & { preventDefault(): void; defaultPrevented: boolean } {
  const event = {
    ...more,
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  };
  return event;
}

/** The switches that the program was started with. */
const commandLine = {
  hasSwitch: (name: string) => records.system.switches.includes(name),
  removeSwitch: (name: string) => {
    records.system.switches = records.system.switches.filter((given) => given !== name);
  },
};

class StandInApp
  extends EventEmitter
  implements
    Pick<
      Electron.App,
      | 'exit'
      | 'getLocale'
      | 'getPreferredSystemLanguages'
      | 'isPackaged'
      | 'quit'
      | 'requestSingleInstanceLock'
      | 'setAppUserModelId'
      | 'setPath'
      | 'whenReady'
    >
{
  readonly commandLine = commandLine;
  get isPackaged(): boolean {
    return records.system.isPackaged;
  }
  exit(code = 0): void {
    records.exitCode ??= code;
  }
  getLocale(): string {
    return records.system.languages[0] ?? 'en';
  }
  getPreferredSystemLanguages(): string[] {
    return records.system.languages;
  }
  quit(): void {
    const event = refusable({});
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    for (const window of [...windows]) window.close();
    this.exit();
  }
  requestSingleInstanceLock(): boolean {
    return records.system.isFirstInstance;
  }
  setAppUserModelId(id: string): void {
    records.paths['appUserModelId'] = id;
  }
  setPath(name: string, path: string): void {
    records.paths[name] = path;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
}
export const app = new StandInApp();
