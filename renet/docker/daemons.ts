import { dirname } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { containersOf, daemonAnswers } from './engineApi.ts';
import { daemonFiles, holdsAddress, SLICE_UNIT, STAND_IN_BRIDGE } from './daemonConfig.ts';
import { ensureFolder, exists, readTextIfThere, removeIfThere, writeAtomically } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { containerdUnit, daemonFolder, dockerSocket, dockerUnit } from '../paths.ts';
import type { Paths } from '../paths.ts';
import type { VolumeOf } from '../volume/volumes.ts';

export interface Daemons {
  /** Starts the repository's containerd and dockerd; resolves when the socket answers. False: it was up already. */
  start(repository: VolumeOf): Promise<boolean>;
  /** Stops both, with every container, and removes units, configuration and state. */
  stop(repository: VolumeOf): Promise<void>;
  isUp(networkId: number): Promise<boolean>;
  /** Containers that run now; 0 when the daemon is down. */
  running(networkId: number): Promise<number>;
}

const LOG_LINES = 15;

/** Makes the repository's own Docker, as two systemd units. */
export function createDaemons(paths: Paths, run: RunCommand): Daemons {
  const isUp = async (networkId: number): Promise<boolean> => daemonAnswers(dockerSocket(networkId));
  return {
    isUp,
    running: async (networkId) => {
      if (!(await isUp(networkId))) return 0;
      const containers = await containersOf(dockerSocket(networkId));
      return containers.filter((container) => container.state === 'running').length;
    },
    start: async (repository) => {
      const { networkId } = repository;
      if (await isUp(networkId)) return false;
      await declareSlice(run);
      await writeFiles(paths, repository, (await hasOwnDocker()) ? await standInBridge(run) : 'none');
      await reloadIfStale(run, networkId);
      // A unit that failed before would refuse to start too often; this start is a person's (or the boot's) will.
      await forgetFailure(run, networkId);
      const started = await run(['systemctl', 'start', dockerUnit(networkId)], { expected: [0, 1] });
      if (started.exitCode !== 0) throw await notStarted(run, repository);
      return true;
    },
    stop: async ({ guid, networkId }) => {
      const files = daemonFiles(paths, { guid, networkId });
      if (await exists(files.dockerUnit.path)) {
        await run(['systemctl', 'stop', dockerUnit(networkId), containerdUnit(networkId)], {
          expected: [0, 5],
        });
        // Units that neither run nor failed are forgotten by systemd itself: without a reload.
        await forgetFailure(run, networkId);
        await removeIfThere(files.dockerUnit.path);
        await removeIfThere(files.containerdUnit.path);
      }
      await removeIfThere(dockerSocket(networkId));
    },
  };
}

/**
 * Has systemd read its units again, when it holds another version of the daemon's two than the disk. A unit that it
 * does not hold it reads when it is started; a reload runs every generator and reads every unit of the machine.
 */
async function reloadIfStale(run: RunCommand, networkId: number): Promise<void> {
  const units = [dockerUnit(networkId), containerdUnit(networkId)];
  const shown = await run(['systemctl', 'show', '--property=NeedDaemonReload', '--value', ...units]);
  if (shown.stdout.split('\n').includes('yes')) await run(['systemctl', 'daemon-reload']);
}

async function forgetFailure(run: RunCommand, networkId: number): Promise<void> {
  // 1: systemd does not hold one of them.
  await run(['systemctl', 'reset-failed', dockerUnit(networkId), containerdUnit(networkId)], {
    expected: [0, 1],
  });
}

async function declareSlice(run: RunCommand): Promise<void> {
  if ((await readTextIfThere(SLICE_UNIT.path)) === SLICE_UNIT.text) return;
  await writeAtomically(SLICE_UNIT.path, SLICE_UNIT.text, { mode: 0o644 });
  // systemd may hold one that it made up, and does not say of such a one that it is stale.
  await run(['systemctl', 'daemon-reload']);
}

async function writeFiles(
  paths: Paths,
  repository: VolumeOf,
  bridge: Parameters<typeof daemonFiles>[2],
): Promise<void> {
  const { networkId } = repository;
  const files = daemonFiles(paths, repository, bridge);
  await ensureFolder(paths.run, 0o755);
  await ensureFolder(daemonFolder(paths, networkId), 0o700);
  await ensureFolder(dirname(files.dockerUnit.path), 0o755);
  for (const file of Object.values(files)) await writeFile(file.path, file.text, { mode: 0o644 });
}

/** Returns true when the machine's own Docker is there or will be at the next boot: its bridge is not ours to touch. */
async function hasOwnDocker(): Promise<boolean> {
  const traces = [
    '/sys/class/net/docker0',
    '/etc/systemd/system/multi-user.target.wants/docker.service',
    '/etc/systemd/system/sockets.target.wants/docker.socket',
  ];
  const found = await Promise.all(traces.map(exists));
  return found.includes(true);
}

/** Makes sure of the interface that keeps our daemons away from the machine's docker0. */
async function standInBridge(run: RunCommand): Promise<typeof STAND_IN_BRIDGE.name> {
  const { name, address } = STAND_IN_BRIDGE;
  if (!(await exists(`/sys/class/net/${name}`))) {
    // Two starts at once: the second finds it made.
    await run(['ip', 'link', 'add', name, 'type', 'bridge'], { expected: [0, 2] });
  }
  // A start that was ended in between left it without.
  if (!holdsAddress((await readTextIfThere('/proc/net/fib_trie')) ?? '', address)) {
    await run(['ip', 'address', 'replace', address, 'dev', name]);
  }
  return name;
}

async function notStarted(run: RunCommand, repository: VolumeOf): Promise<AppError> {
  const units = [dockerUnit(repository.networkId), containerdUnit(repository.networkId)];
  const selection = units.flatMap((unit) => ['-u', unit]);
  const journal = await run(
    ['journalctl', '--no-pager', '-o', 'cat', '-n', String(LOG_LINES), ...selection],
    { expected: [0, 1] },
  );
  return new AppError('daemon-not-started', {
    name: repository.name,
    unit: dockerUnit(repository.networkId),
    lines: journal.stdout.trim(),
  });
}
