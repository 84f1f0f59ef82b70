import { readFile, stat } from 'node:fs/promises';
import { arch, cpus, hostname, loadavg, release, uptime } from 'node:os';
import type { MachineInfo } from '../../shared/model.ts';
import { diskSpace } from '../host.ts';
import type { RunCommand } from '../host.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { readMounts } from '../mounts.ts';
import type { Mount } from '../mounts.ts';
import { bootId } from '../process.ts';
import { spaceNotices } from './inventory.ts';
import { parseMemory } from './procfs.ts';
import { listRepositories } from '../repository/repositories.ts';
import { onceEach, within } from '../silence.ts';

declare const RENET_VERSION: string;

/** The agent's version, which the build puts in. */
export const version = typeof RENET_VERSION === 'string' ? RENET_VERSION : '0.0.0';

/** Returns the facts about the machine, from /proc and from the programs' own version texts. */
export async function machineInfo({ paths }: MachineDependencies, run: RunCommand): Promise<MachineInfo> {
  const { memory } = parseMemory(await readFile('/proc/meminfo', 'utf8'));
  const os = /^PRETTY_NAME="?(.*?)"?$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  const [docker, compose, cryptsetup, systemd] = await Promise.all([
    versionOf(run, ['docker', '--version']),
    versionOf(run, ['docker', 'compose', 'version', '--short']),
    versionOf(run, ['cryptsetup', '--version']),
    versionOf(run, ['systemctl', '--version']),
  ]);
  const programs = { docker, compose, cryptsetup, systemd };
  const stored = await listRepositories(paths);
  return {
    hostname: hostname(),
    os: os ?? 'Linux',
    kernel: release(),
    architecture: arch(),
    uptime: Math.floor(uptime()),
    bootId: bootId(),
    cpus: cpus().length,
    load: loadavg(),
    memoryTotal: memory.total,
    memoryAvailable: memory.available,
    datastore: { path: paths.datastore, ...(await diskSpace(paths.datastore)) },
    disks: await otherDisks(paths.datastore, await readMounts()),
    agent: version,
    node: process.versions.node,
    ...Object.fromEntries(Object.entries(programs).filter(([, found]) => found !== undefined)),
    repositories: stored.length,
    notices: await spaceNotices(paths, stored),
  };
}

async function versionOf(run: RunCommand, command: readonly string[]): Promise<string | undefined> {
  const answer = await run(command).catch(() => undefined);
  return /\d+(?:\.\d+)+|\d+/.exec(answer?.stdout ?? '')?.[0];
}

/**
 * The mounted devices that are not listed as disks: read-only media, images mounted as a loop, and repositories'
 * volumes.
 */
const NO_DISK = /^\/dev\/(sr\d|loop\d|mapper\/rediacc-)/;

/** The time in which each disk has to tell its space. */
const DISK_MILLISECONDS = 2_000;

/**
 * Lists the file systems on the machine's disks, each once, except the datastore's. One that does not answer (its path
 * is hidden by another mount, its disk was pulled out, or hangs) is left out. `look`: looks at the file system at a path.
 */
export async function otherDisks(
  datastore: string,
  mounts: readonly Mount[],
  look: typeof lookAtDisk = lookAtDisk,
): Promise<NonNullable<MachineInfo['disks']>> {
  const disks = mounts.filter(({ source }) => source.startsWith('/dev/') && !NO_DISK.test(source));
  const seen = new Set([(await look(datastore)).dev]);
  const found = [];
  for (const { mountPoint: path } of disks) {
    const disk = await within(DISK_MILLISECONDS, path, look(path)).catch(() => undefined);
    if (disk === undefined || seen.has(disk.dev)) continue;
    seen.add(disk.dev);
    found.push({ path, ...disk.space });
  }
  return found;
}

/** Looks at the file system at a path, once at a time: one that hangs keeps one thread, however often it is asked. */
const lookAtDisk = onceEach(
  async (path): Promise<{ dev: number; space: { total: number; available: number } }> => {
    const { dev } = await stat(path);
    return { dev, space: await diskSpace(path) };
  },
);
