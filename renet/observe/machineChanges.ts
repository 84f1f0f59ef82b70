import { readFileSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import type { OperationSummary, Repository } from '../../shared/model.ts';
import { isGuid } from '../../shared/names.ts';
import { onContainerEvents } from '../docker/engineApi.ts';
import { loopbackListeners } from './listeners.ts';
import { EVENTS_FILE } from '../operation/log/events.ts';
import { isRunning } from '../operation/log/logProcess.ts';
import { logFolder } from '../operation/log/operationLog.ts';
import { dockerSocket, operationsFolder, repositoriesFolder, spareOperationsFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** A watch on everything that changes a machine's repositories. */
interface MachineChanges {
  /** Watches the logs of the operations that run now, and the daemons that are up now, instead of those before. */
  follow(repositories: readonly Repository[], operations: readonly OperationSummary[]): void;
  /** Looks for changes that cannot be watched: mounts, metadata, listening services, processes that are gone. */
  look(): Promise<void>;
  close(): void;
}

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
  const addFixed = (): void => {
    // The index beside the logs is written by lists too: one that is heard of by a list would never end.
    for (const folder of fixed) folders.add(folder, isLogsFolder(paths, folder) ? isGuid : undefined);
  };
  addFixed();
  return {
    follow: (repositories, operations) => {
      running = operations.filter(({ state }) => state === 'running').map(({ id }) => logFolder(paths, id));
      folders.keep([...fixed, ...running]);
      for (const folder of running) folders.add(folder, (name) => name === EVENTS_FILE);
      daemons.keep(repositories.filter(({ daemon }) => daemon).map(({ networkId }) => networkId));
    },
    look: async () => {
      addFixed();
      const before = seen;
      seen = [
        readFileSync('/proc/self/mountinfo', 'utf8'),
        mtimeOf(repositoriesFolder(paths)),
        loopbackListeners(),
      ].join('\n');
      const alive = await Promise.all(running.map((folder) => isRunning(paths, folder)));
      if ((before !== undefined && seen !== before) || alive.includes(false)) changed();
    },
    close: () => {
      folders.keep([]);
      daemons.keep([]);
    },
  };
}

const isLogsFolder = (paths: Paths, folder: string): boolean =>
  [operationsFolder(paths), spareOperationsFolder(paths)].includes(folder);

function mtimeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Makes a set of watched folders. A folder that does not exist yet can be added again later. */
function createFolderWatchers(changed: () => void) {
  const watchers = new Map<string, FSWatcher>();
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  return {
    /** Watches a folder; with `isMeant`, just what has such a name in it. */
    add: (folder: string, isMeant: (name: string) => boolean = () => true) => {
      if (watchers.has(folder)) return;
      try {
        const watcher = watch(folder, (_, name) => {
          if (name === null || isMeant(name)) changed();
        });
        watcher.on('error', () => drop(folder));
        watchers.set(folder, watcher);
        changed();
      } catch {
        // The folder does not exist yet, or the kernel allows no more watches: look() and the next add make up for it.
      }
    },
    /** Stops watching all folders but these. */
    keep: (folders: readonly string[]) => {
      for (const folder of [...watchers.keys()]) if (!folders.includes(folder)) drop(folder);
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
