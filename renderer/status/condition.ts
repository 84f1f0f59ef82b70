import type { MachineState } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import type { Repository, RepositoryState } from '../../shared/model.ts';
import type { Tone } from '../ui/StateMark.tsx';

/** The one word for a machine. `refused`: it is not tried again before a person has looked (a key, a password). */
type MachineCondition =
  'healthy' | 'degraded' | 'failed' | 'connecting' | 'offline' | 'refused' | 'not-set-up' | 'setting-up';

/** How a machine is: what keeps us from it, else the worst of its repositories. Only `healthy` is good. */
export function machineCondition({ connection, setup, repositories }: MachineState): MachineCondition {
  if (setup?.state === 'running') return 'setting-up';
  if (connection.error?.code === 'machine-not-set-up') return 'not-set-up';
  if (connection.state === 'connecting') return 'connecting';
  if (connection.state === 'offline') {
    return connection.error !== undefined && connection.retryAt === undefined ? 'refused' : 'offline';
  }
  const { failed, degraded } = countTrouble(repositories ?? []);
  if (failed > 0) return 'failed';
  return degraded > 0 ? 'degraded' : 'healthy';
}

/** What a machine's condition means to a person. */
export function conditionTone(condition: MachineCondition): Tone {
  switch (condition) {
    case 'healthy':
      return 'ok';
    case 'degraded':
    case 'not-set-up':
      return 'warn';
    case 'failed':
    case 'refused':
      return 'fail';
    case 'connecting':
    case 'setting-up':
      return 'busy';
    case 'offline':
      return 'stale';
    default:
      return assertNever(condition);
  }
}

/** How many repositories failed, and how many run worse than they should. */
export function countTrouble(repositories: readonly Pick<Repository, 'state'>[]): {
  readonly failed: number;
  readonly degraded: number;
} {
  const count = (...states: readonly RepositoryState[]): number =>
    repositories.filter(({ state }) => states.includes(state)).length;
  return { failed: count('failed', 'damaged'), degraded: count('degraded') };
}

/** True while what is shown of a machine is what it says now. */
export function isFresh({ connection }: Pick<MachineState, 'connection'>): boolean {
  return connection.state === 'connected';
}

/** A repository's state as it may be shown: nothing that is old is shown as if it were so. */
export function shownState(
  machine: Pick<MachineState, 'connection'>,
  { state }: Pick<Repository, 'state'>,
): RepositoryState {
  return isFresh(machine) ? state : 'unknown';
}

/** Services that run, of those that should; undefined while nobody can know. */
export function serviceCount({
  mounted,
  running,
  services,
}: Pick<Repository, 'mounted' | 'running' | 'services'>): { running: number; total: number } | undefined {
  if (!mounted) return undefined;
  return { running, total: services.filter(({ present }) => present).length };
}
