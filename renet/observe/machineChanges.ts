import { readFileSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { OperationSummary, Repository } from '../../shared/model.ts';
import { isGuid } from '../../shared/names.ts';
import { onContainerEvents } from '../docker/engineApi.ts';
import { loopbackListeners } from './listeners.ts';
import { EVENTS_FILE } from '../operation/log/events.ts';
import { isRunning } from '../operation/log/logProcess.ts';
import { logFolder } from '../operation/log/operationLog.ts';
import { dockerSocket, operationsFolder, repositoriesFolder, spareOperationsFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { onceEach, steadily } from '../silence.ts';

/** A watch on everything that changes a machine's repositories. */
interface MachineChanges {
  /** Watches the logs of the operations that run now, and the daemons that are up now, instead of those before. */
  follow(repositories: readonly Repository[], operations: readonly OperationSummary[]): void;
  /** Looks for changes that cannot be watched: mounts, metadata, listening services, processes that are gone. */
  look(): Promise<void>;
  close(): void;
}

/** The time in which a folder has to be found; a disk that spins up is waited for by the next look. */
const FOUND_MILLISECONDS = 2_000;

/**
 * Calls `changed` when an operation begins, ends or takes a step, a daemon's socket comes or goes, a volume is opened
 * or closed, or a container changes. The folder of volumes is not watched: the kernel would report each write into a
 * volume.
 */
export function watchChanges(paths: Paths, changed: () => void): MachineChanges {
  const folders = createFolderWatchers(changed);
  const daemons = createDaemonWatchers(changed);
  let running: string[] = [];
  let seen: string | undefined;
  const fixed = [operationsFolder(paths), spareOperationsFolder(paths), paths.run, '/dev/mapper'];
  const volumesChanged = steadily(FOUND_MILLISECONDS, repositoriesFolder(paths), changeOf);
  for (const folder of fixed) folders.add(folder, meantIn(paths, folder));
  return {
    follow: (repositories, operations) => {
      running = operations.filter(({ state }) => state === 'running').map(({ id }) => logFolder(paths, id));
      folders.keep([...fixed, ...running]);
      for (const folder of running) folders.add(folder, (name) => name === EVENTS_FILE);
      daemons.keep(repositories.filter(({ daemon }) => daemon).map(({ networkId }) => networkId));
    },
    look: async () => {
      await folders.look();
      const before = seen;
      seen = [readFileSync('/proc/self/mountinfo', 'utf8'), await volumesChanged(), loopbackListeners()].join(
        '\n',
      );
      const alive = await Promise.all(running.map((folder) => isRunning(paths, folder)));
      if ((before !== undefined && seen !== before) || alive.includes(false)) changed();
    },
    close: () => {
      folders.keep([]);
      daemons.keep([]);
    },
  };
}

/** What changes a machine's state among the files of /run/rediacc: daemons' sockets, and what keeps neighbours apart. */
const MEANT_IN_RUN = /^(docker-\d+\.sock|neighbours)$/;

/**
 * Returns what tells by its name which file of a folder is meant: the agent itself writes others there, and one that is heard
 * of by what wrote it would never end. Undefined where every file is.
 */
function meantIn(paths: Paths, folder: string): ((name: string) => boolean) | undefined {
  if ([operationsFolder(paths), spareOperationsFolder(paths)].includes(folder)) return isGuid;
  return folder === paths.run ? (name) => MEANT_IN_RUN.test(name) : undefined;
}

/**
 * Returns what tells a folder from another one in its place, and whether something came or went in it; '' without one. Asked
 * once at a time for all watches, those of before included.
 */
const changeOf = onceEach(async (path) => {
  try {
    const { dev, ino, mtimeMs } = await stat(path);
    return [dev, ino, mtimeMs].join(' ');
  } catch {
    return '';
  }
});

/** Returns what tells a folder from another one in its place, such as one that was mounted there; '' without one. */
async function identityOf(path: string): Promise<string> {
  return (await changeOf(path)).split(' ', 2).join(' ');
}

/** A folder that is to be watched. `watcher` is absent while it is not there, or the kernel allows no more watches. */
interface WatchedFolder {
  readonly isMeant: (name: string) => boolean;
  readonly identify: () => Promise<string | undefined>;
  identity: string;
  watcher?: FSWatcher | undefined;
}

/** Makes a set of watched folders. */
function createFolderWatchers(changed: () => void) {
  const wanted = new Map<string, WatchedFolder>();
  const close = (one: WatchedFolder): void => {
    one.watcher?.close();
    one.watcher = undefined;
    one.identity = '';
  };
  const open = (path: string, one: WatchedFolder): void => {
    try {
      one.watcher = watch(path, (_, name) => {
        if (name === null || one.isMeant(name)) changed();
      });
      one.watcher.on('error', () => close(one));
      changed();
    } catch {
      // It went since, or the kernel allows no more watches: the next look makes up for it.
      close(one);
    }
  };
  /**
   * Watches what stands at the path now. The kernel watches a folder and not its path, and would wait for a disk that hangs
   * with this whole process, so the folder has to answer first.
   */
  const lookAt = async (path: string, one: WatchedFolder): Promise<void> => {
    const identity = await one.identify();
    if (identity === undefined || identity === one.identity || wanted.get(path) !== one) return;
    close(one);
    if (identity === '') return;
    one.identity = identity;
    open(path, one);
  };
  return {
    /** Watches a folder; with `isMeant`, just what has such a name in it. */
    add: (path: string, isMeant: (name: string) => boolean = () => true) => {
      if (wanted.has(path)) return;
      const identify = steadily(FOUND_MILLISECONDS, path, identityOf);
      const one: WatchedFolder = { isMeant, identify, identity: '' };
      wanted.set(path, one);
      void lookAt(path, one);
    },
    /** Watches the folders that have come, or that stand now in the place of others. */
    look: async () => {
      await Promise.all([...wanted].map(([path, one]) => lookAt(path, one)));
    },
    /** Stops watching all folders but these. */
    keep: (paths: readonly string[]) => {
      for (const [path, one] of wanted) {
        if (paths.includes(path)) continue;
        wanted.delete(path);
        close(one);
      }
    },
  };
}

/** Makes a set of subscriptions to daemons' events, by network id. */
function createDaemonWatchers(changed: () => void) {
  const subscriptions = new Map<number, AbortController>();
  const subscribe = async (networkId: number, controller: AbortController): Promise<void> => {
    try {
      await onContainerEvents(dockerSocket(networkId), changed, controller.signal);
    } catch {
      // The daemon is gone; `keep` subscribes again when it is back.
    }
    if (subscriptions.get(networkId) === controller) subscriptions.delete(networkId);
    if (!controller.signal.aborted) changed();
  };
  return {
    /** Subscribes to exactly these daemons. */
    keep: (networkIds: readonly number[]) => {
      for (const [networkId, controller] of subscriptions) {
        if (networkIds.includes(networkId)) continue;
        subscriptions.delete(networkId);
        controller.abort();
      }
      for (const networkId of networkIds) {
        if (subscriptions.has(networkId)) continue;
        const controller = new AbortController();
        subscriptions.set(networkId, controller);
        void subscribe(networkId, controller);
      }
    },
  };
}
