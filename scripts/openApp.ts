import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { textFor } from '../shared/text/language.ts';
import { findElectron, here } from './electronBinary.ts';

const root = join(import.meta.dirname, '..');

/**
 * Opens the built app, in Electron where it starts, else in the browser with the reason why. Resolves with the app's
 * exit code when the app ends. `environment` is added to this process's.
 */
export async function openApp(environment: Readonly<Record<string, string>> = {}): Promise<number> {
  const found = findElectron(root, here);
  if ('program' in found) return run(found.program, [root], environment);
  const because = textFor(process.env).host.reasons[found.reason];
  return run(process.execPath, [join(root, 'dist/host.mjs'), '--because', because], environment);
}

function run(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(program, words, { stdio: 'inherit', env: { ...process.env, ...environment } });
  // Ctrl+C reaches the app too. It ends in its own way, and this process after it.
  const wait = (): void => undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, wait);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
