import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_DATASTORE } from '../../../shared/datastore.ts';
import { startLink } from '../../support/link.ts';
import { cgroupRoot } from '../../support/nativeRepository.ts';
import { cannotRun as noSshd, startSshd } from '../../support/sshd.ts';
import type { Shop } from './shop.ts';
import { arrival } from '../../support/arrival.ts';

/** The reason why a native machine cannot run on this computer; undefined when it can. */
export const noNativeMachine =
  noSshd ??
  (cgroupRoot() === undefined ? 'SKIPPED: the agent needs root and a writable cgroup v2' : undefined);

/**
 * A native machine, which is no virtual one: a true sshd on loopback, behind a cable that can be cut, whose sessions
 * reach the true agent over a repository named `shop`. Tests that need a volume, a daemon or systemd use the sandbox
 * machine.
 */
export interface NativeMachine extends Shop {
  /** Returns the SHA-256 of the newest operation's output, as the machine keeps it. */
  newestOutput(): Promise<string>;
  /** Plants a night in the machine's journal, or what comes after it (tests/support/plantedNight.ts). */
  plant(what: 'night' | 'morning'): Promise<void>;
}

/** Starts a native machine with these files in its repository. */
export async function startNativeMachine(files: Readonly<Record<string, string>>): Promise<NativeMachine> {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-native-'));
  const socket = join(folder, 'agent');
  const relay = join(folder, 'relay.cjs');
  writeFileSync(
    relay,
    `const socket = require('node:net').connect(${JSON.stringify(socket)});
     process.stdin.pipe(socket).pipe(process.stdout);
     socket.on('close', () => process.exit(0));`,
  );
  const sshd = await startSshd([`ForceCommand ${process.execPath} ${relay}`]);
  const agentProgram = join(import.meta.dirname, 'nativeAgent.ts');
  const words = ['--import', 'tsx', agentProgram, socket, JSON.stringify(files)];
  const agent = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  await arrival('the native agent', once(agent.stdout, 'data'));
  const ask = async (message: Readonly<Record<string, string>> | 'night' | 'morning'): Promise<string> => {
    agent.stdin.write(`${JSON.stringify(message)}\n`);
    const [answer] = (await arrival('an answer of the native agent', once(agent.stdout, 'data'))) as [Buffer];
    return answer.toString().trim();
  };
  const link = await startLink(sshd.port);
  const { port } = link;
  const machine = { name: 'web', host: '127.0.0.1', port, user: sshd.user, datastore: DEFAULT_DATASTORE };
  return {
    link,
    known: {
      contexts: { current: 'work', contexts: [{ name: 'work', sshKey: sshd.key, machines: [machine] }] },
      knownHosts: [sshd.hostKeys.ed25519, sshd.hostKeys.rsa].map((key) => `[127.0.0.1]:${port} ${key}`),
      keys: { id_ed25519: readFileSync(sshd.key, 'utf8') },
    },
    newestOutput: () => ask({}),
    plant: async (what) => {
      await ask(what);
    },
    write: async (more) => {
      await ask(more);
    },
    stop: async () => {
      await link.stop();
      const ended = once(agent, 'exit');
      agent.stdin.end();
      await arrival('the end of the native agent', ended);
      await sshd.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
