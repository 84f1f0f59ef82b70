import { expect, test } from 'vitest';
import { chooseFolders } from './folders.ts';

const home = '/home/ann';

test.each([
  ['linux', {}, '/home/ann/.config/rediacc', '/home/ann/.local/state/rediacc'],
  ['linux', { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' }, '/c/rediacc', '/s/rediacc'],
  [
    'linux',
    { XDG_CONFIG_HOME: 'c', XDG_STATE_HOME: '' },
    '/home/ann/.config/rediacc',
    '/home/ann/.local/state/rediacc',
  ],
  ['linux', { REDIACC_CONFIG_DIR: '/own', XDG_CONFIG_HOME: '/c' }, '/own', '/own/state'],
  [
    'darwin',
    { XDG_CONFIG_HOME: '/c' },
    '/home/ann/Library/Application Support/rediacc',
    '/home/ann/Library/Application Support/rediacc/state',
  ],
  ['darwin', { REDIACC_CONFIG_DIR: '/own/' }, '/own', '/own/state'],
] as const)('on %s with %o', (platform, env, config, state) => {
  expect(chooseFolders({ env, platform, home })).toEqual({ config, state });
});

test('on Windows, roaming for the configuration and local for the state', () => {
  const windows = { platform: 'win32', home: 'C:\\Users\\ann' } as const;
  expect([
    chooseFolders({ ...windows, env: { APPDATA: 'D:\\R', LOCALAPPDATA: 'D:\\L' } }),
    chooseFolders({ ...windows, env: {} }),
  ]).toEqual([
    { config: 'D:\\R\\rediacc', state: 'D:\\L\\rediacc\\state' },
    {
      config: 'C:\\Users\\ann\\AppData\\Roaming\\rediacc',
      state: 'C:\\Users\\ann\\AppData\\Local\\rediacc\\state',
    },
  ]);
});
