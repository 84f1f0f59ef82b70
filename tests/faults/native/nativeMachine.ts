import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { arrival } from '../../support/arrival.ts';
import { cannotRun as noSshd, makeSshdFiles } from '../../support/sshd.ts';
import type { SshdFiles } from '../../support/sshd.ts';

const DISK_BYTES = 1024 ** 3;
/** The time after which something on a native machine counts as hanging. */
const LONGEST_MILLISECONDS = 120_000;

/**
 * A machine in name spaces of this computer's kernel: its own mounts and processes, a disk of its own with a true file
 * system, a true sshd, the built agent. `bin/` stands in for what cannot be had here: the device mapper, systemd and
 * Docker.
 */
export interface NativeMachine {
  /** The folder that the machine has at /run/faults. */
  readonly folder: string;
  readonly sshd: SshdFiles;
  /** Boots the machine from its disk. With `supervised` false the boot service does not start, which saves a second. */
  boot(options?: { supervised: boolean }): Promise<void>;
  /** Runs a bash script on the machine as root. Resolves with its standard output. */
  root(script: string): Promise<string>;
  /** Starts a program on the machine as root. Its standard input and output are pipes. */
  start(...words: string[]): ChildProcess;
  /** Lists the processes of the machine: their command lines by the numbers that this computer knows them by. */
  processes(): Map<number, string[]>;
  /** Ends the machine at once, and loses what its file systems had not written to the disk. */
  cutPower(): Promise<void>;
  /** Writes everything to the disk, and ends the machine. */
  stop(): Promise<void>;
  /** Keeps the disk of the stopped machine under a name. */
  keep(name: string): void;
  isKept(name: string): boolean;
  /** Makes the kept disk, or with undefined an empty one, the disk of the stopped machine. */
  restore(name: string | undefined): void;
  /** Chooses the point at which the command `program` of renet is held; undefined only lists the points. */
  holdAt(program: string, point: string | undefined): void;
  /** Tells whether the chosen point was reached. */
  isReached(): boolean;
  letGo(): void;
  /** Lists the points that were passed since `holdAt`. */
  points(): string[];
  remove(): void;
}

/** The reason why native machines cannot run on this computer; undefined when they can. */
export const noNativeMachine = reasonAgainst();

function reasonAgainst(): string | undefined {
  if (process.getuid?.() !== 0) return 'SKIPPED: needs root';
  if (!existsSync('/usr/sbin/cryptsetup')) return 'SKIPPED: needs cryptsetup';
  if (!existsSync('/usr/bin/socat')) return 'SKIPPED: needs socat';
  if (!existsSync('/dev/loop-control')) return 'SKIPPED: needs loop devices';
  return noSshd;
}

/** Makes the files of a native machine with the built agent; it is booted from an empty disk by `restore` and `boot`. */
export async function makeNativeMachine(agent: string): Promise<NativeMachine> {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-faults-'));
  // Disks are in memory where there is some: they are copied before every fault.
  const disks = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rediacc-disks-'));
  const file = (name: string): string => join(folder, name);
  const disk = (name: string): string => join(disks, name);
  cpSync(join(import.meta.dirname, 'bin'), file('bin'), { recursive: true });
  for (const name of ['docker.cjs', 'init.sh']) copyFileSync(join(import.meta.dirname, name), file(name));
  for (const name of ['hold.cjs', 'picture.sh'])
    copyFileSync(join(import.meta.dirname, '..', name), file(name));
  copyFileSync(agent, file('renet'));
  chmodSync(file('renet'), 0o755);
  writeFileSync(file('group'), basename(folder));
  writeFileSync(file('old'), 'old\n', { mode: 0o600 });
  writeFileSync(file('disk'), '');
  mkdirSync(file('sshd'));
  const sshd = await makeSshdFiles(file('sshd'), [], '/run/faults/bin', {
    NODE_OPTIONS: '--require=/run/faults/hold.cjs',
  });
  let space: NameSpace | undefined;
  const running = (): NameSpace => {
    if (space === undefined) throw new Error('the machine does not run');
    return space;
  };
  const off = async (): Promise<void> => {
    await running().end();
    space = undefined;
    await detachLoops(file('loops'));
  };
  const marks = ['at', 'program', 'reached', 'go', 'points', 'system'];
  return {
    folder,
    sshd,
    boot: async ({ supervised } = { supervised: true }) => {
      rmSync(file('unsupervised'), { force: true });
      if (!supervised) writeFileSync(file('unsupervised'), '');
      writeFileSync(file('boot_id'), `${randomUUID()}\n`);
      writeFileSync(file('loops'), '');
      space = await enterNameSpace(folder, disk('now'));
    },
    root: (script) => running().run(script),
    start: (...words) => running().start(...words),
    processes: () => running().processes(),
    cutPower: async () => {
      await running().run(`perl -e '${SHUT_DOWN}' /mnt/disk`);
      await off();
    },
    stop: async () => {
      await running().run('sync');
      await off();
    },
    keep: (name) => copyDisk(disk('now'), disk(name)),
    isKept: (name) => existsSync(disk(name)),
    restore: (name) => {
      if (name === undefined) makeDisk(disk('now'));
      else copyDisk(disk(name), disk('now'));
    },
    holdAt: (program, point) => {
      for (const mark of marks) rmSync(file(mark), { force: true });
      if (point !== undefined) writeFileSync(file('at'), point);
      writeFileSync(file('program'), program);
    },
    isReached: () => existsSync(file('reached')),
    letGo: () => writeFileSync(file('go'), ''),
    points: () => (existsSync(file('points')) ? readFileSync(file('points'), 'utf8').trim().split('\n') : []),
    remove: () => {
      for (const one of [folder, disks]) rmSync(one, { recursive: true, force: true });
    },
  };
}

/** Perl that shuts a mounted ext4 down at once, its journal included (EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH). */
const SHUT_DOWN =
  'sysopen(F, $ARGV[0], 0) or die $!; my $flags = pack("I", 2); ioctl(F, 0x8004587d, $flags) or die $!';

/** The name spaces of a booted machine. */
interface NameSpace extends Pick<NativeMachine, 'start' | 'processes'> {
  run(script: string): Promise<string>;
  /** Kills every process; the mounts go with the last one. */
  end(): Promise<void>;
}

async function enterNameSpace(folder: string, disk: string): Promise<NameSpace> {
  const spaces = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', '--propagation', 'private'];
  writeFileSync(join(folder, 'disk'), '');
  const words = ['sh', '-c', 'mount --bind "$1" "$2/disk" && exec "$2/init.sh" "$2"', 'sh', disk, folder];
  const child = spawn('unshare', [...spaces, '--', ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ready = once(child.stdout, 'data').then(() => true);
  const ended = once(child, 'exit').then(() => false);
  if (!(await arrival('the native machine', Promise.race([ready, ended]), () => said)))
    throw new Error(`the native machine did not boot: ${said}`);
  const first = firstProcessOf(child);
  const target = ['--target', String(first), '--mount', '--pid', '--'];
  const environment = { ...process.env, PATH: '/run/faults/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  return {
    start: (...words) => spawn('nsenter', [...target, ...words], { env: environment }),
    processes: () => processesIn(first),
    run: async (script) => {
      const options = { env: environment, timeout: LONGEST_MILLISECONDS, maxBuffer: 2 ** 28 };
      return (await promisify(execFile)('nsenter', [...target, 'bash', '-c', script], options)).stdout;
    },
    end: async () => {
      const gone = once(child, 'exit');
      process.kill(first, 'SIGKILL');
      await arrival('the end of the native machine', gone);
    },
  };
}

/** Returns the process that is the first of a name space, whose parent is `unshare`. */
function firstProcessOf({ pid }: ChildProcess): number {
  return Number(
    readFileSync(`/proc/${pid ?? 0}/task/${pid ?? 0}/children`, 'utf8')
      .trim()
      .split(' ')[0],
  );
}

/** Lists the processes in the name space of one. */
function processesIn(one: number): Map<number, string[]> {
  const spaceOf = (pid: string | number): string | undefined => {
    try {
      return readlinkSync(`/proc/${pid}/ns/pid`);
    } catch {
      return undefined;
    }
  };
  const space = spaceOf(one);
  const found = new Map<number, string[]>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && spaceOf(name) === space)) {
    const words = readTextOf(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
    if (words.length > 0) found.set(Number(pid), words);
  }
  return found;
}

/** Reads a file of a process; empty when the process has ended. */
function readTextOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Detaches loop devices, the newest first; each is gone once the last mount on it is. */
async function detachLoops(list: string): Promise<void> {
  const loops = [...new Set(readFileSync(list, 'utf8').split('\n').filter(Boolean))].reverse();
  const isAttached = (loop: string): boolean => existsSync(`/sys/block/${basename(loop)}/loop`);
  for (const loop of loops) {
    if (isAttached(loop)) await promisify(execFile)('losetup', ['--detach', loop]).catch(() => undefined);
  }
  const gone = async (): Promise<void> => {
    while (loops.some(isAttached)) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await arrival(`the end of ${loops.join(', ')}`, gone());
}

function makeDisk(disk: string): void {
  rmSync(disk, { force: true });
  execFileSync('truncate', ['--size', String(DISK_BYTES), disk]);
  execFileSync('mkfs.ext4', ['-q', '-m', '0', disk]);
}

function copyDisk(from: string, to: string): void {
  execFileSync('cp', ['--sparse=always', from, to]);
}
