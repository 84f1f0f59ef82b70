import type { WireError } from '../errors.ts';
import type { AutostartList, Container, OperationSummary, Repository } from '../model.ts';

/** A container as the journal looks at it; a `MachineContainer` is one. */
export type SeenContainer = Pick<
  Container,
  'id' | 'name' | 'service' | 'state' | 'health' | 'exitCode' | 'crashLoop'
> & {
  repository: { guid: string; name: string };
  restarts: number;
  /** The time of its last start, milliseconds since the epoch. */
  startedAt?: number | undefined;
  /** True for a container that has ended because it, or one of its processes, took too much memory. */
  outOfMemory?: boolean | undefined;
};

/** A repository as the journal looks at it. */
export type SeenRepository = Pick<
  Repository,
  'guid' | 'name' | 'state' | 'mounted' | 'daemon' | 'used' | 'available' | 'path' | 'notices' | 'problem'
> & { autostart: Pick<Repository['autostart'], 'enabled'>; damage?: string | undefined };

/** Space, in bytes. */
interface Space {
  total: number;
  available: number;
}

/**
 * The processes that the kernel has killed for want of memory since the daemon's start: of a repository altogether, and of
 * the containers that are alive, by id, where they were looked at.
 */
export interface MemoryKills {
  guid: string;
  kills: number;
  containers?: Readonly<Record<string, number>> | undefined;
}

/** What is known of a machine at one moment. What is absent was not looked at, and is taken to be as it was. */
export interface JournalObservation {
  metrics?: { load: number[]; cpus: number; memory: Space; datastore: Space & { path: string } } | undefined;
  disks?: readonly (Space & { path: string })[] | undefined;
  /** Read together, so that what an operation did is not taken for a fault. */
  inventory?:
    | {
        repositories: readonly SeenRepository[];
        containers: readonly SeenContainer[];
        operations: readonly OperationSummary[];
      }
    | undefined;
  autostart?:
    | {
        unit: AutostartList['unit'];
        repositories: readonly { guid: string; name: string; problems: readonly WireError[] }[];
      }
    | undefined;
  memoryKills?: readonly MemoryKills[] | undefined;
}
