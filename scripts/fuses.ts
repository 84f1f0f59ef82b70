import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import type { ForgeArch, ForgePlatform } from '@electron-forge/shared-types';
import { join } from 'node:path';

/**
 * The switches in the packaged program (docs/decisions/the-packaged-app.md). The app is no Node for others, starts with no
 * debugger and no options from outside, and runs only its own archive, which is checked where the system can. It keeps
 * no cookies that would need the keychain, and reads nothing under `file:`.
 */
const FUSES = {
  version: FuseVersion.V1,
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
} as const;

/** The place of Electron's program beside the folder `resources`, before forge gives it the app's name. */
const PROGRAMS: Readonly<Partial<Record<ForgePlatform, string>>> = {
  linux: 'electron',
  darwin: 'MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * Sets the switches in the program that is being packaged. `buildPath`: where forge has copied the app to, in the
 * program's resources. Throws for a platform without installers, and for a program that has no such switches.
 */
export async function setFuses(buildPath: string, platform: ForgePlatform, arch: ForgeArch): Promise<void> {
  const program = PROGRAMS[platform];
  if (program === undefined) throw new Error(`There is no installer for ${platform}`);
  await flipFuses(join(buildPath, '..', '..', program), {
    ...FUSES,
    // An Apple processor runs no program whose signature does not fit; a later signing replaces this one.
    resetAdHocDarwinSignature: platform === 'darwin' && arch === 'arm64',
  });
}
