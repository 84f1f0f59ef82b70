// Runs a script of the project on a machine where nothing was installed by hand: node_modules are installed when they
// are missing or older than the lock file, then the script runs through tsx. This file is plain JavaScript with `node:`
// modules only, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...args] = process.argv.slice(2);

function modified(path) {
  try {
    return statSync(join(root, path)).mtimeMs;
  } catch {
    return 0;
  }
}

function run(command, words) {
  const result = spawnSync(command, words, { cwd: root, stdio: 'inherit' });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  console.error('Installing the libraries of the project (npm ci) ...');
  // No library needs its install script: ssh2's needs a compiler, and ssh2 works without it.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}

// A signal that ends this process is passed on to the script, which would otherwise go on alone.
const child = spawn(process.execPath, ['--import', 'tsx', join(root, script), ...args], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A terminal interrupts every process of the group, the script included.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
// npm passes a signal on to its shell, which just ends and passes it on to nobody.
const shell = process.ppid;
const watch = setInterval(() => {
  if (process.env.npm_lifecycle_event === undefined || process.ppid === shell) return;
  clearInterval(watch);
  child.kill('SIGTERM');
}, 500);
child.on('close', (exitCode, signal) => {
  clearInterval(watch);
  process.exitCode = exitCode ?? 128 + (constants.signals[signal] ?? 0);
});
