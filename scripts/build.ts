import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as buildWindow } from 'vite';
import { agentBundle, onNode, rdcBundle, root, version } from './bundles.ts';

/**
 * Builds what runs outside the checkout's TypeScript: `dist/renet.cjs` (the agent, one file for Node >= 18) with its
 * checksum beside it, `dist/rdc.mjs` (the command line), `dist/host.mjs` (browser mode), `dist/main.cjs` and
 * `dist/preload.cjs` (the desktop app) with its icons, and `dist/renderer` (the window).
 */
await build(agentBundle(join(root, 'dist/renet.cjs')));
const agent = await readFile(join(root, 'dist/renet.cjs'));
const sha256 = createHash('sha256').update(agent).digest('hex');
await writeFile(join(root, 'dist/renet.json'), JSON.stringify({ version, sha256 }) + '\n');

await build(rdcBundle(join(root, 'dist/rdc.mjs')));
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
