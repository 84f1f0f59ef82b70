import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeDown, isKept, isOutdated, keep, reset, bringUp } from '../../../sandbox/machines.ts';
import type { SandboxMachine } from '../../../sandbox/machines.ts';
import { variants } from '../../../sandbox/recipe.ts';
import type { Variant } from '../../../sandbox/recipe.ts';
import { accessOf, readMachine } from '../../../sandbox/state.ts';
import { runAsGuestRoot } from '../../../sandbox/ssh.ts';
import { claimMachines } from './claims.ts';

/** A clean sandbox machine, and the `rdc` of an admin, which knows the machine as "m". */
export interface Bench {
  machine: SandboxMachine;
  /** The folder of this admin's contexts, history and host keys. */
  configuration: string;
  /** Runs `rdc WORDS`; `input` is its standard input. */
  rdc(words: readonly string[], input?: string): Promise<Ended>;
  /** Starts `rdc WORDS` and leaves it running. */
  startRdc(words: readonly string[], input?: string): RunningRdc;
  /** Runs a bash script on the machine as root. Resolves with its standard output. */
  root(script: string): Promise<string>;
  close(): void;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningRdc {
  process: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves once standard output holds this text. */
  printed(text: string): Promise<void>;
}

export const PASSPHRASE = 'correct horse battery staple';

/** The words that every `rdc` call about a repository on the machine needs. */
export const on = ['-m', 'm'] as const;
export const secret = ['--passphrase-file', '-'] as const;

// A worker whose run is gone must not set up machines that nobody stops. A signal also ends one that is half made.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

const rdcProgram = join(import.meta.dirname, '../../../cli/bin.mjs');
const agentDescription = join(import.meta.dirname, '../../../dist/renet.json');

/** Returns the name of the snapshot of a machine that was set up with the agent as it is built now. */
function setUpSnapshot(): string {
  const { sha256 } = JSON.parse(readFileSync(agentDescription, 'utf8')) as { sha256: string };
  return `set-up-${sha256.slice(0, 16)}`;
}

/**
 * Opens a machine of this variant as it was when it was new, reached as `user`, and set up unless `setUp` is false.
 * Each of vitest's workers has its own machine, which serves the worker's groups one after the other; it is set up
 * once.
 */
export async function openBench(
  options: { variant?: Variant; user?: string; setUp?: boolean } = {},
): Promise<Bench> {
  const { variant = 'standard' } = options;
  const worker = process.env['VITEST_POOL_ID'] ?? '1';
  const nameOf = (of: Variant): string => `test-${of}-${worker}`;
  const name = nameOf(variant);
  await claimMachines(variants.map(nameOf));
  // This worker's machine of another variant is stopped: only two run at once, and the other worker has one.
  for (const other of variants) if (other !== variant) await takeDown(nameOf(other));
  if (await isOutdated(name)) await takeDown(name);
  await bringUp(name, { variant });
  const kept = setUpSnapshot();
  const isSetUp = options.setUp !== false && (await isKept(name, kept));
  const machine = await reset(name, ...(isSetUp ? [kept] : []));
  const state = await readMachine(name);
  if (state === undefined) throw new Error(`the machine ${name} is gone`);
  const configuration = mkdtempSync(join(tmpdir(), 'rediacc-bench-'));

  const startRdc = (words: readonly string[], input = ''): RunningRdc => {
    const child = spawn(process.execPath, [rdcProgram, ...words], {
      env: { ...process.env, REDIACC_CONFIG_DIR: configuration, LC_ALL: 'C.UTF-8' },
    });
    const seen = { stdout: '', stderr: '' };
    const listeners = new Set<() => void>();
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        seen[name] += text;
        for (const listener of listeners) listener();
      });
    }
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => resolve({ code, ...seen }));
    });
    const printed = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (seen.stdout.includes(text)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`rdc ended without "${text}": ${seen.stdout}${seen.stderr}`)));
      });
    return { process: child, ended, printed };
  };
  const bench: Bench = {
    machine,
    configuration,
    startRdc,
    rdc: (words, input) => startRdc(words, input).ended,
    root: (script) => runAsGuestRoot(accessOf(state), script),
    close: () => rmSync(configuration, { recursive: true, force: true }),
  };
  const address = [
    '--ip',
    machine.host,
    '--port',
    String(machine.port),
    '--user',
    options.user ?? machine.user,
  ];
  await succeed(bench.rdc(['context', 'create-local', 'test', '--ssh-key', machine.key]));
  await succeed(bench.rdc(['context', 'add-machine', 'm', ...address]));
  await succeed(bench.rdc(['context', 'scan-keys', 'm', '--expect', machine.hostKeySha256]));
  if (options.setUp !== false && !isSetUp) {
    await succeed(bench.rdc(['context', 'setup-machine', 'm']));
    await keep(name, kept);
  }
  return bench;
}

/** Waits for a command. Returns what it printed; throws its output when the exit code is not 0. */
export async function succeed(run: Promise<Ended>): Promise<Ended> {
  const ended = await run;
  if (ended.code !== 0) throw new Error(`exit code ${String(ended.code)}\n${ended.stdout}\n${ended.stderr}`);
  return ended;
}

/** Parses the JSON document of a command that ran with `--output json`. */
export function jsonOf(ended: Ended): unknown {
  return JSON.parse(ended.stdout);
}

export interface ListedOperation {
  id: string;
  verb: string;
  state: string;
}

/** Lists the machine's operations, newest first. */
export async function operationsOf(bench: Bench): Promise<ListedOperation[]> {
  return jsonOf(await succeed(bench.rdc(['op', 'list', ...on, '--output', 'json']))) as ListedOperation[];
}

/** Returns a compose file of one busybox web server per name, each on its own address, all on the same port. */
export function webCompose(...names: string[]): string {
  const services = names.map((name) => {
    const address = `\${${name.toUpperCase()}_IP}`;
    return [
      `  ${name}:`,
      '    image: 127.0.0.1:5000/busybox:1',
      '    restart: unless-stopped',
      // httpd ignores SIGTERM as the first process of its container, so Docker would wait longer before it kills it.
      '    stop_grace_period: 1s',
      `    command: httpd -f -p ${address}:8080 -h /www`,
      '    volumes: ["./www:/www"]',
    ].join('\n');
  });
  return `services:\n${services.join('\n')}\n`;
}

export const webRediaccfile = [
  'prep() { mkdir -p www; [ -e www/index.html ] || echo "$REPOSITORY_NAME" > www/index.html; renet compose -- pull -q; }',
  'up() { renet compose -- up -d; }',
  'down() { renet compose -- down; }',
  '',
].join('\n');

/** Returns a script that writes files into a mounted repository as its owner. */
export function writeFiles(repository: string, files: Record<string, string>): string {
  const root = `/mnt/rediacc/repos/${repository}`;
  const lines = Object.entries(files).map(([path, text]) => {
    const folder = path.includes('/') ? `mkdir -p ${root}/${path.slice(0, path.lastIndexOf('/'))}; ` : '';
    return `sudo -u deploy bash -c '${folder}base64 -d > ${root}/${path}' <<< '${Buffer.from(text).toString('base64')}'`;
  });
  return ['set -e', ...lines, ''].join('\n');
}

/** A script that prints everything that a closed repository must not leave behind. */
export const leftovers = [
  'grep -E "rediacc" /proc/self/mountinfo',
  'ls /dev/mapper | grep rediacc',
  'losetup -a | grep rediacc',
  'systemctl list-units --plain --no-legend "rediacc*" | grep -vE "rediacc-(autostart|agent)"',
  'systemctl list-units --all --plain --no-legend "rediacc-*" | grep -vE "rediacc-(autostart|agent)"',
  'ls /run/systemd/system | grep rediacc',
  'pgrep -a "dockerd|containerd" | grep rediacc',
  'ls -d /run/rediacc/[0-9]* /run/rediacc/docker-*.sock 2> /dev/null',
  'true',
  '',
].join('\n');

/** A script that prints all that a verb could change; of volumes without their times, which change while open. */
export const picture = `
  cd /mnt/rediacc
  find . -xdev -path './repositories/*' ! -name '*.json' -printf '%p %y %m %u %s\\n' | sort
  find . -xdev ! '(' -path './repositories/*' ! -name '*.json' ')' -printf '%p %y %m %u %s %T@ %l\\n' | sort
  grep rediacc /proc/self/mountinfo | cut -d ' ' -f 2-
  ls /dev/mapper
  losetup -a | sort
  systemctl list-units --all --plain --no-legend 'rediacc*' | grep -v '^rediacc-op-' | sort
  ls /run/systemd/system
  pgrep -a 'dockerd|containerd' | grep rediacc
  true
`;

/**
 * A script that makes cryptsetup use the least cost for the key of a passphrase. Otherwise it measures for nine seconds
 * what an emulated machine can do, and chooses the least as well. Tests of keys let it measure.
 */
export const leastKeyCost = `
  cat > /usr/local/sbin/cryptsetup << 'END'
#!/bin/sh
[ "$1" != luksFormat ] || set -- "$@" --pbkdf-memory 65536 --pbkdf-force-iterations 4
exec /usr/sbin/cryptsetup "$@"
END
  chmod 755 /usr/local/sbin/cryptsetup
`;
