import { dirname } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { createDaemonLook, daemonOfAnother } from './daemonOwner.ts';
import { containersOf, isAlive } from './containers.ts';
import { daemonFiles, holdsAddress, SLICE_UNIT, STAND_IN_BRIDGE } from './daemonConfig.ts';
import { ensureFolder, exists, readTextIfThere, removeIfThere, writeAtomically } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { containerdUnit, daemonFolder, dockerSocket, dockerUnit } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { configuredData, isAnothersFolder } from '../volume/daemonFolder.ts';
import type { VolumeOf } from '../volume/volumes.ts';
import { forgetReach, setReach, wallOf } from './neighbours.ts';
import type { NeighbourWall } from './neighbours.ts';

/** The daemons of repositories. */
export interface Daemons {
  /**
   * Starts the repository's containerd and dockerd. Resolves when dockerd's socket answers, with false when it was up
   * already. `reach`: which addresses it and its containers may reach (shared/network/reach.ts). Throws daemon-not-started; daemon-of-another when somebody else's daemon answers there.
   */
  start(repository: VolumeOf, reach: readonly string[]): Promise<boolean>;
  /** Stops both, with every container, and removes their units and dockerd's socket. Leaves another's daemon alone. */
  stop(repository: VolumeOf): Promise<void>;
  /** Tells whether the repository's own daemon answers. */
  isUp(repository: VolumeOf): Promise<boolean>;
  /**
   * Changes what the containers of the running daemon reach, at once. Returns false when it is down: its next start does
   * it.
   */
  setReach(repository: VolumeOf, reach: readonly string[]): Promise<boolean>;
  /** Tells what keeps the containers of the running daemon from other repositories' addresses. */
  wall(repository: VolumeOf): Promise<NeighbourWall>;
  /** Lists the names of the containers that are alive now (isAlive), sorted; none when the daemon is down. */
  running(repository: VolumeOf): Promise<string[]>;
}

/** The number of lines of the journal that an error shows. */
const LOG_LINES = 15;

/** Makes the keeper of repositories' daemons, each two systemd units. */
export function createDaemons(paths: Paths, run: RunCommand): Daemons {
  const whose = createDaemonLook(paths);
  const isUp = async (repository: VolumeOf): Promise<boolean> => (await whose(repository)).kind === 'own';
  return {
    isUp,
    running: async (repository) => {
      const { networkId } = repository;
      if (!(await isUp(repository))) return [];
      const containers = await containersOf(dockerSocket(networkId));
      return containers
        .filter(isAlive)
        .map(({ name }) => name)
        .sort();
    },
    setReach: async (repository, reach) => {
      if (!(await isUp(repository))) return false;
      await setReach(run, repository.networkId, reach);
      return true;
    },
    wall: ({ networkId }) => wallOf(paths, networkId),
    start: async (repository, reach) => {
      const { networkId } = repository;
      const found = await whose(repository);
      if (found.kind === 'own') {
        // Where an earlier version started it, its containers are kept from others' addresses from now on.
        if ((await wallOf(paths, networkId)) === 'older') await setReach(run, networkId, reach);
        return false;
      }
      if (found.kind === 'another') throw daemonOfAnother(repository, found.folder);
      await refuseStarting(paths, run, repository);
      await declareSlice(run);
      await forgetReach(networkId);
      const bridge = (await hasOwnDocker()) ? await standInBridge(run) : 'none';
      await writeFiles(daemonFiles(paths, repository, reach, bridge), paths, networkId);
      await reloadIfStale(run, networkId);
      // systemd refuses to start a unit that has failed too often; this start is wanted by a person or the boot.
      await forgetFailure(run, networkId);
      const started = await run(['systemctl', 'start', dockerUnit(networkId)], { expected: [0, 1] });
      if (started.exitCode !== 0) throw await notStarted(run, repository);
      return true;
    },
    stop: async (repository) => {
      const { networkId } = repository;
      if (await isAnothersFolder(paths, repository)) return;
      if ((await whose(repository)).kind === 'another') return;
      const files = daemonFiles(paths, repository, []);
      if (await exists(files.dockerUnit.path)) {
        await run(['systemctl', 'stop', dockerUnit(networkId), containerdUnit(networkId)], {
          expected: [0, 5],
        });
        // systemd drops units that neither run nor have failed, without a reload.
        await forgetFailure(run, networkId);
        await removeIfThere(files.dockerUnit.path);
        await removeIfThere(files.containerdUnit.path);
        await forgetReach(networkId);
      }
      await removeIfThere(dockerSocket(networkId));
    },
  };
}

/**
 * Refuses to write over the units of another repository's daemon, which does not answer yet. Throws daemon-of-another.
 */
async function refuseStarting(paths: Paths, run: RunCommand, repository: VolumeOf): Promise<void> {
  if (!(await isAnothersFolder(paths, repository))) return;
  const { networkId } = repository;
  // Exit code 3: the unit does not run; 4: systemd does not hold it.
  const { stdout } = await run(['systemctl', 'is-active', dockerUnit(networkId)], { expected: [0, 3, 4] });
  if (['inactive', 'failed', 'unknown'].includes(stdout.trim())) return;
  throw daemonOfAnother(repository, (await configuredData(paths, networkId)) ?? '?');
}

/**
 * Makes systemd read its units again if it holds an old version of these two. Units that it does not hold are read when
 * they are started; a reload runs every generator and reads every unit of the machine.
 */
async function reloadIfStale(run: RunCommand, networkId: number): Promise<void> {
  const units = [dockerUnit(networkId), containerdUnit(networkId)];
  const shown = await run(['systemctl', 'show', '--property=NeedDaemonReload', '--value', ...units]);
  if (shown.stdout.split('\n').includes('yes')) await run(['systemctl', 'daemon-reload']);
}

async function forgetFailure(run: RunCommand, networkId: number): Promise<void> {
  // Exit code 1: systemd does not hold one of the units.
  await run(['systemctl', 'reset-failed', dockerUnit(networkId), containerdUnit(networkId)], {
    expected: [0, 1],
  });
}

/** Writes the unit of the slice, if it is not there. */
async function declareSlice(run: RunCommand): Promise<void> {
  if ((await readTextIfThere(SLICE_UNIT.path)) === SLICE_UNIT.text) return;
  await writeAtomically(SLICE_UNIT.path, SLICE_UNIT.text, { mode: 0o644 });
  // systemd may hold a slice that it made up itself, and does not report such a one as stale.
  await run(['systemctl', 'daemon-reload']);
}

async function writeFiles(
  files: ReturnType<typeof daemonFiles>,
  paths: Paths,
  networkId: number,
): Promise<void> {
  await ensureFolder(paths.run, 0o755);
  await ensureFolder(daemonFolder(paths, networkId), 0o700);
  await ensureFolder(dirname(files.dockerUnit.path), 0o755);
  for (const file of Object.values(files)) await writeFile(file.path, file.text, { mode: 0o644 });
}

/** Tells whether the machine has a Docker of its own, now or at the next boot, whose bridge must be left alone. */
async function hasOwnDocker(): Promise<boolean> {
  const traces = [
    '/sys/class/net/docker0',
    '/etc/systemd/system/multi-user.target.wants/docker.service',
    '/etc/systemd/system/sockets.target.wants/docker.socket',
  ];
  const found = await Promise.all(traces.map(exists));
  return found.includes(true);
}

/**
 * Makes the bridge that keeps repositories' daemons away from the machine's docker0, unless it is there. Returns its
 * name.
 */
async function standInBridge(run: RunCommand): Promise<typeof STAND_IN_BRIDGE.name> {
  const { name, address } = STAND_IN_BRIDGE;
  if (!(await exists(`/sys/class/net/${name}`))) {
    // Exit code 2: another start has made it in the meantime.
    await run(['ip', 'link', 'add', name, 'type', 'bridge'], { expected: [0, 2] });
  }
  // A start that was killed in between left it without an address.
  if (!holdsAddress((await readTextIfThere('/proc/net/fib_trie')) ?? '', address)) {
    await run(['ip', 'address', 'replace', address, 'dev', name]);
  }
  return name;
}

/** Returns the error of a daemon that did not start, with the last lines of its journal. */
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
