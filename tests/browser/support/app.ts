import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../shared/model.ts';

const HOST = join(import.meta.dirname, '../../../dist/host.mjs');

/** The app as a person uses it: browser mode in its own process, with its own home folder. */
export interface App {
  /** The person's home folder; contexts and the like are in `config` below it. */
  readonly home: string;
  readonly port: number;
  /** Gets a fresh one-time link, as the person at the terminal does. */
  link(): Promise<string>;
  stop(): Promise<void>;
}

/** The files that exist before the app is first started. */
export interface Before {
  readonly contexts?: { readonly current: string; readonly contexts: readonly Context[] };
  /** The lines of the app's own file of known hosts. */
  readonly knownHosts?: readonly string[];
  /** The keys in ~/.ssh, by file name. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** Starts the built app in an empty home folder. */
export async function startApp({ contexts, knownHosts = [], keys = {} }: Before = {}): Promise<App> {
  if (!existsSync(HOST)) throw new Error(`${HOST} is missing: npm run build`);
  const home = mkdtempSync(join(tmpdir(), 'rediacc-home-'));
  const configuration = join(home, 'config');
  mkdirSync(configuration, { mode: 0o700 });
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  if (contexts) writeFileSync(join(configuration, 'contexts.json'), JSON.stringify(contexts));
  writeFileSync(join(configuration, 'known_hosts'), knownHosts.map((line) => `${line}\n`).join(''));
  for (const [name, key] of Object.entries(keys)) {
    writeFileSync(join(home, '.ssh', name), key, { mode: 0o600 });
  }
  const child = spawn(process.execPath, [HOST, '--serve'], {
    env: {
      ...process.env,
      SSH_AUTH_SOCK: undefined,
      HOME: home,
      REDIACC_CONFIG_DIR: configuration,
      LC_ALL: 'C.UTF-8',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const links: string[] = [];
  let seen = '';
  let wake: () => void = () => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
    const lines = seen.split('\n');
    seen = lines.pop() ?? '';
    for (const line of lines) links.push(...(/http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(line) ?? []));
    wake();
  });
  const nextLink = async (): Promise<string> => {
    for (;;) {
      const link = links.shift();
      if (link !== undefined) return link;
      await Promise.race([
        new Promise<void>((resolve) => (wake = resolve)),
        once(child, 'exit').then(() => Promise.reject(new Error('the app has ended'))),
      ]);
    }
  };
  // The first link is for the first window, so that no second one is made for it.
  let first: string | undefined = await nextLink();
  const port = Number(new URL(first).port);
  return {
    home,
    port,
    link: async () => {
      const link = first;
      first = undefined;
      if (link !== undefined) return link;
      child.stdin.write('\n');
      return nextLink();
    },
    stop: async () => {
      if (child.exitCode === null) {
        child.kill();
        await once(child, 'exit');
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
}
