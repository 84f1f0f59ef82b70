import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Accelerator } from './accelerator.ts';
import { SandboxError } from './errors.ts';
import type { Variant } from './recipe.ts';
import { runOnHost } from './run.ts';

/** The files of one machine, in its folder. */
export const machineFiles = {
  disk: 'disk.qcow2',
  /** A link to the root image on which the disk is an overlay. */
  rootImage: 'root.img',
  qmpSocket: 'qmp.sock',
  pid: 'qemu.pid',
  console: 'console.log',
} as const;

export interface QemuOptions {
  /** The folder of the machine. */
  folder: string;
  /** The folder of the image, for the kernel and its initial ram disk. */
  image: string;
  variant: Variant;
  accelerator: Accelerator;
  /** The port on 127.0.0.1 that leads to the machine's SSH server. */
  port: number;
  /** The snapshot to go on from; without one, the machine boots its disk. */
  snapshot?: string;
}

/**
 * Returns the kernel's command line. The docker variant differs from the standard one only here. An emulated machine
 * puts its programs at the same addresses at every start. QEMU translates a page of a program again for each address at
 * which it finds it, so with random addresses each process start would translate everything again (200 000 blocks for
 * Node, instead of 1 000).
 */
export function kernelCommandLine(variant: Variant, accelerator: Accelerator): string {
  const words = [
    'root=/dev/vda',
    'rw',
    'console=ttyS0',
    'panic=1',
    'mitigations=off',
    'net.ifnames=0',
    'quiet',
  ];
  if (accelerator === 'tcg') words.push('norandmaps');
  if (variant === 'docker') words.push('systemd.wants=docker.service');
  return words.join(' ');
}

/**
 * Returns the number of a machine's processors. Emulated processors do not see each other's patched code at once: with
 * two of them the kernel sometimes dies of its own jump labels ("int3" in get_page_from_freelist, when a container's
 * cpuset comes or goes).
 */
function processorsOf(accelerator: Accelerator): string {
  return accelerator === 'tcg' ? '1' : '2';
}

/**
 * Returns the processor's model. The emulated one has little to save at each change of processes, as AVX costs more
 * there than it brings. It has AES for the volumes, and a vendor whose processors the kernel does not guard against
 * Meltdown. The other accelerators pass on this computer's processor.
 */
function processorModelOf(accelerator: Accelerator): string {
  return accelerator === 'tcg' ? 'Westmere,vendor=AuthenticAMD' : 'max';
}

/** The MiB of translated code that an emulated machine may keep. When they are full, QEMU drops all of it. */
const TRANSLATED_CODE = 2047;

/** Returns QEMU's arguments for a machine whose files are in its folder. QEMU goes to the background once it runs. */
export function qemuArguments(options: QemuOptions): string[] {
  const file = (name: keyof typeof machineFiles): string => join(options.folder, machineFiles[name]);
  const { accelerator } = options;
  const emulation = accelerator === 'tcg' ? `,thread=multi,tb-size=${TRANSLATED_CODE}` : '';
  // A single comma in a path would end the option.
  const escaped = (path: string): string => path.replaceAll(',', ',,');
  return [
    ...['-name', 'rediacc-sandbox', '-machine', 'q35', '-m', '2048'],
    ...['-accel', `${accelerator}${emulation}`, '-cpu', processorModelOf(accelerator)],
    ...['-smp', processorsOf(accelerator)],
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-kernel', join(options.image, 'vmlinuz'), '-initrd', join(options.image, 'initrd.img')],
    ...['-append', kernelCommandLine(options.variant, accelerator)],
    // cache=unsafe: the disk has to survive a crash of the machine, but not one of this computer.
    '-drive',
    `if=none,id=disk,format=qcow2,file=${escaped(file('disk'))},cache=unsafe,discard=unmap,detect-zeroes=unmap`,
    ...['-device', 'virtio-blk-pci,drive=disk'],
    // restrict: the machine reaches neither this computer nor the internet.
    ...['-netdev', `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${options.port}-:22`],
    ...['-device', 'virtio-net-pci,netdev=net,romfile=', '-device', 'virtio-rng-pci'],
    ...['-serial', `file:${file('console')}`],
    ...['-qmp', `unix:${escaped(file('qmpSocket'))},server=on,wait=off`],
    ...['-pidfile', file('pid'), '-daemonize'],
    ...(options.snapshot === undefined ? [] : ['-loadvm', options.snapshot]),
  ];
}

/** Starts QEMU. Resolves when the machine runs, which is long before it has booted. */
export async function startQemu(options: QemuOptions): Promise<void> {
  const socket = join(options.folder, machineFiles.qmpSocket);
  // The kernel's limit for the name of a socket is 108 bytes.
  if (Buffer.byteLength(socket) > 100) {
    throw new SandboxError(
      `The machine's folder has too long a name for a socket: ${options.folder}. ` +
        'Set REDIACC_SANDBOX_DIR to a folder with a shorter one.',
    );
  }
  await runOnHost('qemu-system-x86_64', qemuArguments(options));
}

async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return runOnHost('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => '');
}

/** Returns the process id of the QEMU that runs the machine in `folder`; undefined when there is none. */
export async function qemuPid(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, machineFiles.pid), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  // A pid file that was left over may name another program's process by now.
  return (await commandLineOf(pid)).includes(join(folder, machineFiles.disk)) ? pid : undefined;
}

/** Kills the QEMU of the machine in `folder`, as a power cut ends a computer. Does nothing when there is none. */
export async function killQemu(folder: string): Promise<void> {
  const pid = await qemuPid(folder);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  while (await isProcess(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * Returns true while a process may hold files open. A killed one keeps its locks for a while after its command line is
 * gone; one that has ended and was not waited for (a zombie without threads) keeps nothing.
 */
async function isProcess(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return threads.length > 1 || /^State:\s+[^ZX\s]/m.test(status);
}

/** Returns a port on 127.0.0.1 on which nothing listens now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system gave no port.'));
      });
    });
  });
}
