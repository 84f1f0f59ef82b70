import { join } from 'node:path';
import { createApplication } from '../../electron/api/application.ts';
import type { Application } from '../../electron/api/application.ts';
import { noKeychain } from '../../electron/api/noKeychain.ts';

/** Makes the application of browser mode with all its files below `root`, for an account that has no machine. */
export function createBrowserApplication(root: string): Promise<Application> {
  return createApplication({
    folders: { config: join(root, 'config'), state: join(root, 'state') },
    version: '1.0.0',
    mode: 'browser',
    locale: 'en',
    home: root,
    readAgent: () => Promise.reject(new Error('no agent here')),
    passphrases: noKeychain,
  });
}
