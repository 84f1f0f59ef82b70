import type { ForgeConfig } from '@electron-forge/shared-types';
import { BuilderMaker } from './builderMaker.ts';

/** Packages what stands in `dist/`, as `npm run build` made it: everything is bundled, so no node_modules go along. */
const config: ForgeConfig = {
  packagerConfig: {
    name: 'Rediacc Desktop',
    executableName: 'rediacc-desktop',
    appBundleId: 'com.rediacc.desktop',
    appCategoryType: 'public.app-category.developer-tools',
    asar: true,
    ignore: (path) =>
      path !== '' && path !== '/package.json' && path !== '/dist' && !path.startsWith('/dist/'),
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
