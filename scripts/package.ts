import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run package`: builds the app, packages it with Electron and makes this platform's installers, in
 * `packaging/out/make`. What that needs has its own package.json in `packaging/`, because it is as large as the rest of
 * the project together and only a release needs it. Downloads Electron and the tools of electron-builder.
 */
const root = join(import.meta.dirname, '..');
const packaging = join(root, 'packaging');

function run(title: string, command: string, words: readonly string[], folder: string): void {
  console.log(`\n== ${title}`);
  const { status, error } = spawnSync(command, words, { cwd: folder, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

interface About {
  version: string;
}
const read = (file: string): About => JSON.parse(readFileSync(file, 'utf8')) as About;

await import('./build.ts');
rmSync(join(packaging, 'dist'), { recursive: true, force: true });
// rdc and browser mode come with the checkout; the app needs its own parts.
for (const part of ['main.cjs', 'preload.cjs', 'renet.cjs', 'renet.json', 'icons', 'renderer'])
  cpSync(join(root, 'dist', part), join(packaging, 'dist', part), { recursive: true });
const about = join(packaging, 'package.json');
const { version } = read(join(root, 'package.json'));
if (read(about).version !== version)
  writeFileSync(about, JSON.stringify({ ...read(about), version }, null, 2) + '\n');

if (!existsSync(join(packaging, 'node_modules/.package-lock.json')))
  run('libraries of the packaging', 'npm', ['ci', '--ignore-scripts'], packaging);
run('types of the packaging', 'npx', ['tsc', '-p', '.'], packaging);
run('installers', 'npx', ['electron-forge', 'make'], packaging);
