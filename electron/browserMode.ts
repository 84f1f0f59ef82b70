import { createInterface } from 'node:readline';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { describeError, fill, toAppError } from '../shared/errors.ts';
import { textFor } from '../shared/text/language.ts';
import { createApplication } from './api/application.ts';
import { noKeychain } from './api/noKeychain.ts';
import { openInBrowser, removeEntryFile, writeEntryFile } from './browser/openFile.ts';
import { createEntry, TOKEN_LIFE_MILLISECONDS } from './browser/guard.ts';
import { startBrowserServer } from './browser/server.ts';
import { accountName } from './engine/context/account.ts';
import { systemClock } from './engine/clock.ts';
import { ownFolders } from './engine/store/folders.ts';
import { readBuiltAgent } from './builtAgent.ts';

/**
 * The port for people who come through `ssh -L`, the same each time so that they can type it. Another one is used where
 * it is taken.
 */
const SERVE_PORT = 7480;

/**
 * Runs browser mode, the program without Electron. `--serve`: for a server without a display; prints how to reach it.
 * `--because TEXT`: the reason why it is not Electron. The built files are in the folder of this file.
 */
async function main(words: readonly string[]): Promise<void> {
  const { host: text } = textFor(process.env);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const serve = words.includes('--serve');
  const because = words[words.indexOf('--because') + 1];
  const dist = resolve(import.meta.dirname);
  const { version } = await readBuiltAgent(dist);
  const folders = ownFolders();
  const application = await createApplication({
    folders,
    version,
    mode: 'browser',
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    home: homedir(),
    readAgent: () => readBuiltAgent(dist),
    passphrases: noKeychain,
  });
  const entry = createEntry(systemClock);
  const start = (port: number): ReturnType<typeof startBrowserServer> =>
    startBrowserServer({ application, entry, folder: join(dist, 'renderer'), port });
  const server = await start(serve ? SERVE_PORT : 0).catch(() => start(0));
  const link = (): string => `http://127.0.0.1:${server.port}/#token=${entry.issue().token}`;

  if (words.includes('--because') && because !== undefined) say(fill(text.noElectron, { reason: because }));
  if (serve) {
    say(fill(text.tunnel, { port: server.port, account: `${accountName()}@${hostname()}` }));
    say(fill(text.link, { url: link() }));
  } else {
    const page = { ticket: entry.issue(), port: server.port, words: text };
    const file = await writeEntryFile(folders.state, page);
    setTimeout(() => void removeEntryFile(file), TOKEN_LIFE_MILLISECONDS).unref();
    const opened = await openInBrowser(file);
    say(opened ? text.opened : fill(text.openYourself, { file }));
  }
  say(text.again);
  // Whoever reads this terminal may open the window; nobody else gets a token.
  createInterface({ input: process.stdin }).on('line', () => say(fill(text.link, { url: link() })));

  const stop = (): void => {
    server
      .close()
      .then(() => application.close())
      .catch(fail)
      .finally(() => process.exit());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function fail(error: unknown): void {
  const { message, next } = describeError(toAppError(error), textFor(process.env));
  process.stderr.write(`${message}\n${next}\n`);
  process.exitCode = 1;
}

main(process.argv.slice(2)).catch(fail);
