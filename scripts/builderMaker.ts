import { MakerBase } from '@electron-forge/maker-base';
import type { MakerOptions } from '@electron-forge/maker-base';
import type { ForgePlatform } from '@electron-forge/shared-types';
import { Arch, Platform, build } from 'electron-builder';
import type { Configuration } from 'electron-builder';
import { join } from 'node:path';

/** electron-builder's own configuration, and the kinds of installer to make on each platform. */
interface BuilderMakerConfig {
  readonly builder: Configuration;
  readonly targets: Readonly<Partial<Record<ForgePlatform, readonly string[]>>>;
}

const PLATFORMS: Readonly<Partial<Record<ForgePlatform, Platform>>> = {
  linux: Platform.LINUX,
  darwin: Platform.MAC,
  win32: Platform.WINDOWS,
};

/**
 * Has electron-builder make installers from the app that forge has packaged. electron-builder itself builds nothing.
 */
export class BuilderMaker extends MakerBase<BuilderMakerConfig> {
  override name = 'electron-builder';
  override defaultPlatforms: ForgePlatform[] = ['linux', 'darwin', 'win32'];

  override isSupportedOnCurrentPlatform(): boolean {
    return true;
  }

  override async make({
    dir,
    makeDir,
    appName,
    targetPlatform,
    targetArch,
  }: MakerOptions): Promise<string[]> {
    const platform = PLATFORMS[targetPlatform];
    const arch = (Arch as Readonly<Record<string, Arch | string>>)[targetArch];
    if (!platform || typeof arch !== 'number')
      throw new Error(`There is no installer for ${targetPlatform} on ${targetArch}`);
    return build({
      prepackaged: targetPlatform === 'darwin' ? join(dir, `${appName}.app`) : dir,
      targets: platform.createTarget([...(this.config.targets[targetPlatform] ?? [])], arch),
      config: {
        ...this.config.builder,
        directories: { output: join(makeDir, 'electron-builder') },
      },
      publish: 'never',
    });
  }
}
