import { AppError } from '../../shared/errors.ts';
import { hasCode } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { holdersOf, mountsBelow, readMounts } from '../mounts.ts';
import { isAnothersFolder } from './daemonFolder.ts';
import { daemonFolder, mountPath } from '../paths.ts';
import type { Paths } from '../paths.ts';

/**
 * Unmounts a repository's volume, and all that is mounted inside it or in its daemon's folder. Throws mount-busy with
 * the processes that use it; with `endHolders` it ends them instead, and returns their names.
 */
export async function unmountVolume(
  paths: Paths,
  run: RunCommand,
  repository: { guid: string; name: string; networkId: number },
  endHolders: boolean,
): Promise<string> {
  const { guid, name, networkId } = repository;
  const state = (await isAnothersFolder(paths, repository)) ? [] : [daemonFolder(paths, networkId)];
  const below = mountsBelow(await readMounts(), [mountPath(paths, guid), ...state]);
  const ended = new Set<string>();
  for (const point of below) {
    if (endHolders) for (const holder of await unmountSurely(run, point, name)) ended.add(holder);
    else await unmountOne(run, point, name);
  }
  return [...ended].join(', ');
}

/** Unmounts one mount point. Throws mount-busy with the processes that use it. */
async function unmountOne(run: RunCommand, point: string, name: string): Promise<void> {
  const done = await run(['umount', point], { expected: [0, 1, 32] });
  if (done.exitCode === 0) return;
  const holders = await holdersOf(point);
  const words = holders.map((holder) => `${holder.name} (${holder.pid})`).join(', ');
  throw new AppError('mount-busy', { name, holders: words || done.stderr.trim() });
}

const HOLDERS_PAUSE_MILLISECONDS = 500;
const HOLDERS_TERMINATE_TRIES = 10;
const HOLDERS_KILL_TRIES = 20;

/**
 * Unmounts although processes use it: they are asked to end, and are killed five seconds later. Returns their names.
 * Never lazily: the volume could not be closed then.
 */
async function unmountSurely(run: RunCommand, point: string, name: string): Promise<Set<string>> {
  const ended = new Set<string>();
  for (let tries = 1; ; tries += 1) {
    try {
      await unmountOne(run, point, name);
      return ended;
    } catch (error) {
      if (tries > HOLDERS_KILL_TRIES) throw error;
      for (const holder of await holdersOf(point)) {
        ended.add(`${holder.name} (${holder.pid})`);
        endProcess(holder.pid, tries > HOLDERS_TERMINATE_TRIES ? 'SIGKILL' : 'SIGTERM');
      }
      await new Promise((resolve) => setTimeout(resolve, HOLDERS_PAUSE_MILLISECONDS));
    }
  }
}

function endProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
