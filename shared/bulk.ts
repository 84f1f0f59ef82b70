import { autostartCondition } from './autostart.ts';
import { EXIT } from './errors.ts';
import type { ExitCode } from './errors.ts';
import type { AutostartList, Repository, Verdict } from './model.ts';
import type { VerbWithOptions } from './verbs.ts';

/** A bulk verb for all repositories of a machine, with its options (docs/decisions/verbs-and-their-rules.md). */
export type BulkRequest =
  | { readonly verb: 'up-all'; readonly includeForks?: boolean; readonly mountOnly?: boolean }
  | { readonly verb: 'down-all'; readonly includeForks?: boolean; readonly unmount?: boolean };

/** The bulk verbs of autostart, whose targets come from a machine's list of autostart. */
export type AutostartVerb = 'autostart-enable' | 'autostart-disable';

/** A bulk verb of autostart with its options. */
interface AutostartRequest {
  readonly verb: AutostartVerb;
  /** For enable: leave forks out. */
  readonly excludeForks?: boolean | undefined;
}

/** A repository, as it is named in results. */
interface Named {
  readonly guid: string;
  readonly name: string;
}

/** A target of the verb: a repository, and the request for its operation. */
export interface BulkTarget extends Named {
  readonly request: VerbWithOptions;
  /** True when the operation opens the volume, or checks that it could. */
  readonly needsPassphrase: boolean;
}

/** A repository that the verb leaves alone. `already`: it is already in the state that the verb leads to. */
export interface LeftOut extends Named {
  readonly reason: 'fork' | 'already';
}

/**
 * All repositories of a machine: those that are targets, and those that are left out. Both are in the machine's order.
 */
export interface Selection {
  readonly targets: readonly BulkTarget[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Selects the targets of `up-all` or `down-all`. Forks are targets only when they are asked for. A repository that is
 * up or down already is a target whose success says so, and a damaged one is a target whose failure says so.
 */
export function selectRepositories(request: BulkRequest, repositories: readonly Repository[]): Selection {
  const operation = operationOf(request);
  return {
    targets: repositories
      .filter(({ parent }) => parent === undefined || request.includeForks === true)
      .map(({ guid, name, mounted, state }) => ({
        ...{ guid, name, request: operation },
        needsPassphrase: request.verb === 'up-all' && !mounted && state !== 'damaged',
      })),
    leftOut: repositories
      .filter(({ parent }) => parent !== undefined && request.includeForks !== true)
      .map(({ guid, name }) => ({ guid, name, reason: 'fork' })),
  };
}

function operationOf(request: BulkRequest): BulkTarget['request'] {
  if (request.verb === 'down-all') {
    return { verb: 'down', options: { ...(request.unmount === true && { unmount: true }) } };
  }
  if (request.mountOnly === true) return { verb: 'mount', options: {} };
  return { verb: 'up', options: { mount: true } };
}

/**
 * Selects the targets of `autostart enable-all` (all that are not enabled without problems, forks too unless they are to
 * be left out) or of `disable-all` (all that are enabled or half done).
 */
export function selectAutostart(
  { verb, excludeForks = false }: AutostartRequest,
  { repositories, unit }: AutostartList,
): Selection {
  const enable = verb === 'autostart-enable';
  const targets: BulkTarget[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of repositories) {
    const { guid, name, parent } = entry;
    if (autostartCondition(entry, unit) === (enable ? 'on' : 'off')) {
      leftOut.push({ guid, name, reason: 'already' });
    } else if (enable && excludeForks && parent !== undefined) leftOut.push({ guid, name, reason: 'fork' });
    else targets.push({ guid, name, request: { verb, options: {} }, needsPassphrase: enable });
  }
  return { targets, leftOut };
}

/** The options about how many operations may run at once. */
export interface Concurrency {
  readonly parallel?: boolean;
  readonly concurrency?: number;
}

/** The number of operations at once for `parallel` without a number. */
const PARALLEL = 3;

/** Returns how many operations may run at once on one machine: one, unless more is asked for. */
export function concurrencyLimit({ parallel, concurrency }: Concurrency): number {
  return Math.max(1, concurrency ?? (parallel === true ? PARALLEL : 1));
}

/** The end of a bulk verb. */
interface BulkEnd {
  readonly verdicts: readonly Verdict['kind'][];
  /** True when a person cancelled or left before every target had ended. */
  readonly stopped: boolean;
}

/**
 * Returns the exit code: 0 when all succeeded or there was nothing to do; 10 when some failed or warned; 1 when none
 * succeeded; 130 when it was stopped.
 */
export function exitOfBulk({ verdicts, stopped }: BulkEnd): ExitCode {
  if (stopped) return EXIT.cancelled;
  if (verdicts.every((kind) => kind === 'succeeded')) return EXIT.succeeded;
  const came = verdicts.some((kind) => kind === 'succeeded' || kind === 'warnings');
  return came ? EXIT.warnings : EXIT.failed;
}
