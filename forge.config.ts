import type { ForgeConfig } from '@electron-forge/shared-types';
import { BuilderMaker } from './scripts/builderMaker.ts';
import { setFuses } from './scripts/fuses.ts';

/** What the installed app consists of: everything is bundled, so no node_modules; `rdc` and browser mode stay out. */
const PARTS = [
  '/package.json',
  '/dist/main.cjs',
  '/dist/preload.cjs',
  '/dist/renet.cjs',
  '/dist/renet.json',
  '/dist/icons',
  '/dist/renderer',
];

/** Packages what `npm run build` made; `npm run package` runs both. */
const config: ForgeConfig = {
  packagerConfig: {
    name: 'Rediacc Desktop',
    executableName: 'rediacc-desktop',
    appBundleId: 'com.rediacc.desktop',
    appCategoryType: 'public.app-category.developer-tools',
    asar: true,
    // `path` is relative to the project and begins with a slash; a part's folders are kept, and all that a part holds.
    ignore: (path) => !PARTS.some((part) => `${part}/`.startsWith(`${path}/`) || path.startsWith(`${part}/`)),
  },
  hooks: {
    packageAfterCopy: (_, buildPath, _version, platform, arch) => setFuses(buildPath, platform, arch),
  },
  makers: [
    new BuilderMaker({
      targets: {
        linux: ['AppImage', 'deb'],
        darwin: ['dmg', 'zip'],
        win32: ['nsis'],
      },
      builder: {
        appId: 'com.rediacc.desktop',
        productName: 'Rediacc Desktop',
        linux: { category: 'Development', maintainer: 'Rediacc', executableName: 'rediacc-desktop' },
        win: { icon: 'dist/icons/app.png' },
        mac: { icon: 'dist/icons/app.png' },
      },
    }),
  ],
};

export default config;
