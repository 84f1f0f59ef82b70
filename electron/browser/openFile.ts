import { spawn } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

/**
 * Writes a page that takes a browser to `url`, which carries a one-time token. Everybody on the computer can read a
 * browser's command line, so the token stands in a file that only this account can read. Returns the file's path.
 */
export async function writeEntryFile(folder: string, url: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `open-${randomUUID()}.html`);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(
      `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${url}"><title>Rediacc</title>\n`,
    );
  } finally {
    await file.close();
  }
  return path;
}

/** Removes the page. A page that is gone already is no error. */
export async function removeEntryFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** The milliseconds in which an opener that fails has failed. An opener that becomes the browser runs on. */
const OPENER_LIMIT_MILLISECONDS = 3_000;

/** Opens a file in the person's browser. Resolves with false when there is no program to open it with. */
export function openInBrowser(path: string): Promise<boolean> {
  const [command, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(command, [...words, path], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    setTimeout(() => resolve(true), OPENER_LIMIT_MILLISECONDS).unref();
    child.unref();
  });
}
