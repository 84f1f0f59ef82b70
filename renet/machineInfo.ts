import { readFile } from 'node:fs/promises';
import { arch, cpus, hostname, loadavg, release, uptime } from 'node:os';
import type { MachineInfo } from '../shared/model.ts';
import { diskSpace } from './host.ts';
import type { RunCommand } from './host.ts';
import type { Machinery } from './plan.ts';
import { bootId } from './process.ts';
import { parseMemory } from './procfs.ts';
import { listRepositories } from './repositories.ts';

declare const RENET_VERSION: string;

/** The agent's own version, put in by the build. */
export const version = typeof RENET_VERSION === 'string' ? RENET_VERSION : '0.0.0';

/** The machine itself, from /proc and the programs' own version words. */
export async function machineInfo({ paths }: Machinery, run: RunCommand): Promise<MachineInfo> {
  const { memory } = parseMemory(await readFile('/proc/meminfo', 'utf8'));
  const os = /^PRETTY_NAME="?(.*?)"?$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  const [docker, compose, cryptsetup, systemd] = await Promise.all([
    versionOf(run, ['docker', '--version']),
    versionOf(run, ['docker', 'compose', 'version', '--short']),
    versionOf(run, ['cryptsetup', '--version']),
    versionOf(run, ['systemctl', '--version']),
  ]);
  const programs = { docker, compose, cryptsetup, systemd };
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
    agent: version,
    node: process.versions.node,
    ...Object.fromEntries(Object.entries(programs).filter(([, found]) => found !== undefined)),
    repositories: (await listRepositories(paths)).length,
  };
}

async function versionOf(run: RunCommand, command: readonly string[]): Promise<string | undefined> {
  const answer = await run(command).catch(() => undefined);
  return /\d+(?:\.\d+)+|\d+/.exec(answer?.stdout ?? '')?.[0];
}
