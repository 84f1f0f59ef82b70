import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AGENT_UNITS } from '../../../shared/agentUnits.ts';
import { AUTOSTART_UNIT, autostartUnitText } from '../../../shared/autostart.ts';
import { JOIN_FILE, joinScript } from '../../../shared/protocol/join.ts';
import type { MachineReference } from '../machineReference.ts';
import { OS_RELEASE } from './osRelease.fixtures.ts';
import { createSetup } from './setup.ts';
import type { AgentFile, RootRunner, Setup } from './setup.ts';

export const machine: MachineReference = {
  context: 'production',
  machine: { name: 'prod-1', host: '203.0.113.50', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/dev/null',
};

/** The boot service's unit file on a machine. */
export const UNIT_FILE = join('etc/systemd/system', AUTOSTART_UNIT);
/**
 * The files of a made-up machine with what systemctl shows of that service, and with a line for each call of an agent.
 */
export const SERVICE_STATE = 'run/systemd/system/service';
export const RESIDENT_STATE = 'run/systemd/system/resident';
export const SERVICE_CALLS = 'run/systemd/system/calls';

/** The version that each program of a good machine prints; an empty one prints nothing. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  node: 'v20.19.2',
  docker: 'Docker version 26.1.5+dfsg1, build a72d7cd',
  cryptsetup: 'cryptsetup 2.7.5 flags: UDEV BLKID KEYRING KERNEL_CAPI',
  dockerd: '',
  containerd: '',
  losetup: '',
  'mkfs.ext4': '',
  chattr: '',
  script: '',
  flock: '',
  stty: '',
  socat: '',
};

/** A folder that looks like a machine's root to the set-up's scripts: true sh, made-up programs. */
export interface FakeRoot {
  readonly prefix: string;
  /** Adds a program that prints `says`, or runs `body`. */
  program(name: string, says: string, body?: string): Promise<void>;
  readonly runAsRoot: RootRunner;
}

/** Makes a bare machine of a distribution: systemd and kmod, and no package of ours. It is removed after the test. */
export async function fakeRoot(
  osRelease: string,
  { manager = 'apt-get', systemd = '257 (257.8-1~deb13u2)' } = {},
): Promise<FakeRoot> {
  const prefix = await mkdtemp(join(tmpdir(), 'rediacc-setup-'));
  onTestFinished(() => rm(prefix, { recursive: true }));
  const bin = join(prefix, 'usr', 'bin');
  const folders = ['etc/systemd/system', 'usr/bin', 'sys/fs/cgroup', 'run/systemd/system'];
  for (const folder of folders) await mkdir(join(prefix, folder), { recursive: true });
  await writeFile(join(prefix, 'etc/os-release'), osRelease);
  await writeFile(join(prefix, 'sys/fs/cgroup/cgroup.controllers'), 'cpu memory\n');
  for (const tool of ['uname', 'stat', 'tr', 'readlink', 'sha256sum', 'cat']) {
    await symlink(`/usr/bin/${tool}`, join(bin, tool)).catch(() => undefined);
  }
  const program: FakeRoot['program'] = async (name, says, body) => {
    await writeFile(join(bin, name), `#!/bin/sh\n${body ?? `echo '${says}'`}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program(
    'systemctl',
    '',
    `case "$*" in
--version) echo 'systemd ${systemd}' ;;
'show -p ActiveState -p UnitFileState ${AUTOSTART_UNIT}') cat '${join(prefix, SERVICE_STATE)}' ;;
'show -p ActiveState -p UnitFileState rediacc-agent.'*) cat '${join(prefix, RESIDENT_STATE)}' ;;
*) exit 1 ;;
esac`,
  );
  await program('modprobe', '');
  if (manager) await program(manager, '');
  return { prefix, program, runAsRoot: (_, words, options) => runLocally(bin, words, options) };
}

/** Adds every program that the set-up wants. */
export async function addPrograms(root: FakeRoot, except: readonly string[] = []): Promise<void> {
  for (const [name, says] of Object.entries(PROGRAMS)) {
    if (except.includes(name)) continue;
    await root.program(name, says, name === 'docker' ? dockerBody(says) : undefined);
  }
}

/** Returns the body of a docker that has compose. */
export function dockerBody(version: string): string {
  return `[ "$1" = compose ] && echo 2.26.1-4 || echo '${version}'`;
}

/**
 * Returns an agent that can put the boot service in place, and then runs `then`. `says` makes its bytes differ from
 * another agent's.
 */
export function agentOf(version: string, says: string, then = ''): AgentFile {
  const bytes = Buffer.from(`#!/bin/sh
# ${says}
root=\${0%/usr/local/lib/rediacc/current/renet}
echo "${version} $*" >>"$root/${SERVICE_CALLS}"
cat >"$root/${UNIT_FILE}" <<'END'
${autostartUnitText(machine.machine.datastore)}END
${AGENT_UNITS.map(({ name, text }) => `cat >"$root/etc/systemd/system/${name}" <<'END'\n${text}END`).join('\n')}
cat >"$root${JOIN_FILE}" <<'END'
${joinScript()}END
printf 'ActiveState=active\\nUnitFileState=enabled\\n' >"$root/${SERVICE_STATE}"
printf 'ActiveState=active\\nUnitFileState=enabled\\n' >"$root/${RESIDENT_STATE}"
${then}
`);
  return { version, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
}

export const agent = agentOf('0.1.0', 'agent();');

/** Returns the set-up of a made-up machine. */
export function setupOf(root: FakeRoot, which = agent): Setup {
  return createSetup({ runAsRoot: root.runAsRoot, agent: which }, root.prefix);
}

/** Sets the machine up. Returns the steps that were told, and the output. */
export async function setUp(setup: Setup, reference = machine): Promise<{ steps: string[]; output: string }> {
  const steps: string[] = [];
  let output = '';
  await setup.setUp(reference, {
    onStep: (step, state, packages) => steps.push([step, state, ...(packages ?? [])].join(' ')),
    onOutput: (bytes) => (output += Buffer.from(bytes).toString()),
  });
  return { steps, output };
}

/** Makes a machine and sets it up. */
export async function installed(): Promise<FakeRoot> {
  const root = await fakeRoot(OS_RELEASE.debian13);
  await addPrograms(root);
  await setUp(setupOf(root));
  return root;
}

function runLocally(
  bin: string,
  [command, ...args]: readonly [string, ...string[]],
  { stdin, onOutput }: Parameters<RootRunner>[2],
): Promise<{ exitCode: number }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const child = spawn(command, args, { env });
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1 }));
    // A script that refuses early leaves the rest of its input unread.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}
