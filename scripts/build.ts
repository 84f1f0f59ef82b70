import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as buildWindow } from 'vite';
import { deferred } from './deferred.ts';

/**
 * Builds what runs outside the checkout's TypeScript: `dist/renet.cjs` (the agent, one file for Node >= 18) with its
 * checksum beside it, `dist/rdc.mjs` (the command line), `dist/host.mjs` (browser mode), `dist/main.cjs` and
 * `dist/preload.cjs` (the desktop app) with its icons, and `dist/renderer` (the window).
 */
const root = join(import.meta.dirname, '..');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };

await build({
  entryPoints: [join(root, 'renet/main.ts')],
  outfile: join(root, 'dist/renet.cjs'),
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node18',
  banner: { js: '#!/usr/bin/env node' },
  // Together these were an eighth of the start of an agent that needs none of them (profiled on an emulated machine).
  plugins: [deferred('node:crypto', 'node:http', 'node:readline/promises', 'yaml')],
  define: { RENET_VERSION: JSON.stringify(version) },
  legalComments: 'none',
});
const agent = await readFile(join(root, 'dist/renet.cjs'));
const sha256 = createHash('sha256').update(agent).digest('hex');
await writeFile(join(root, 'dist/renet.json'), JSON.stringify({ version, sha256 }) + '\n');

/** The options of programs that run on Node on the admin's computer. */
const onNode: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // ssh2's native parts are optional: without them it uses JavaScript.
  external: ['cpu-features', './crypto/build/Release/sshcrypto.node'],
  // Libraries written as CommonJS use names that an ES module does not have.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url);',
      'const [__filename, __dirname] = [import.meta.filename, import.meta.dirname];',
    ].join('\n'),
  },
  legalComments: 'none',
};

await build({
  ...onNode,
  entryPoints: [join(root, 'cli/main.ts')],
  outfile: join(root, 'dist/rdc.mjs'),
  define: { RDC_VERSION: JSON.stringify(version) },
});
await build({
  ...onNode,
  entryPoints: [join(root, 'electron/browserMode.ts')],
  outfile: join(root, 'dist/host.mjs'),
});
await buildWindow({ configFile: join(root, 'vite.renderer.config.ts'), logLevel: 'warn' });

/** The options of programs that run in Electron, whose sandboxed preloads have to be CommonJS. */
const inElectron: BuildOptions = {
  ...onNode,
  format: 'cjs',
  target: 'node22',
  external: [...(onNode.external ?? []), 'electron'],
  banner: {},
};
await build({
  ...inElectron,
  entryPoints: [join(root, 'electron/main.ts')],
  outfile: join(root, 'dist/main.cjs'),
  define: { 'import.meta.dirname': '__dirname' },
});
await build({
  ...inElectron,
  entryPoints: [join(root, 'electron/preload.ts')],
  outfile: join(root, 'dist/preload.cjs'),
});
await cp(join(root, 'resources/icons'), join(root, 'dist/icons'), {
  recursive: true,
  filter: (path) => !path.endsWith('.svg'),
});
