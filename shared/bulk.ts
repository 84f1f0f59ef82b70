import { autostartCondition } from './autostart.ts';
import { EXIT } from './errors.ts';
import type { ExitCode } from './errors.ts';
import type { AutostartList, Repository, Verdict } from './model.ts';
import type { VerbWithOptions } from './verbs.ts';

/** A verb for all repositories of a machine, with what was asked for (docs/decisions/verbs-and-their-rules.md). */
export type BulkRequest =
  | { readonly verb: 'up-all'; readonly includeForks?: boolean; readonly mountOnly?: boolean }
  | { readonly verb: 'down-all'; readonly includeForks?: boolean; readonly unmount?: boolean };

/** The same for autostart, whose work a machine's list of autostart shows. */
export type AutostartVerb = 'autostart-enable' | 'autostart-disable';

/** A repository, as results name it. */
interface Named {
  readonly guid: string;
  readonly name: string;
}

/** A repository that the verb is for, and what its operation is asked to do. */
export interface BulkTarget extends Named {
  readonly request: VerbWithOptions;
  /** Its operation opens the volume, or checks that it could. */
  readonly needsPassphrase: boolean;
}

/** A repository that the verb leaves alone. `already`: it is as the verb would make it. */
export interface LeftOut extends Named {
  readonly reason: 'fork' | 'already';
}

/** Every repository of a machine: with what there is work, and what is left out; both in the machine's order. */
export interface Selection {
  readonly targets: readonly BulkTarget[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Returns who is a target of `up-all` or `down-all`. Forks are only where they are asked for; one that is so already is
 * a target whose success says so, and one that is damaged is a target whose failure says that.
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
 * Returns who is a target of `autostart enable-all` (what is not enabled in good order, but no fork) or `disable-all`.
 */
export function selectAutostart(verb: AutostartVerb, { repositories, unit }: AutostartList): Selection {
  const enable = verb === 'autostart-enable';
  const targets: BulkTarget[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of repositories) {
    const { guid, name, parent } = entry;
    if (autostartCondition(entry, unit) === (enable ? 'on' : 'off')) {
      leftOut.push({ guid, name, reason: 'already' });
    } else if (enable && parent !== undefined) leftOut.push({ guid, name, reason: 'fork' });
    else targets.push({ guid, name, request: { verb, options: {} }, needsPassphrase: enable });
  }
  return { targets, leftOut };
}

/** What a person says about how many may run at once. */
export interface Concurrency {
  readonly parallel?: boolean;
  readonly concurrency?: number;
}

/** How many run at once when that is asked for without a number. */
const PARALLEL = 3;

/** Returns how many operations may run at once on one machine: one after the other unless more is asked for. */
export function concurrencyLimit({ parallel, concurrency }: Concurrency): number {
  return Math.max(1, concurrency ?? (parallel === true ? PARALLEL : 1));
}

/** What a verb for all came to. */
interface BulkEnd {
  readonly verdicts: readonly Verdict['kind'][];
  /** It was cut short: by a person who cancelled or went, before every target had ended. */
  readonly stopped: boolean;
}

/**
 * Returns the exit code: 0 all succeeded, or there was nothing to do; 10 some failed or warned; 1 none succeeded; 130
 * it was cut short.
 */
export function exitOfBulk({ verdicts, stopped }: BulkEnd): ExitCode {
  if (stopped) return EXIT.cancelled;
  if (verdicts.every((kind) => kind === 'succeeded')) return EXIT.succeeded;
  const came = verdicts.some((kind) => kind === 'succeeded' || kind === 'warnings');
  return came ? EXIT.warnings : EXIT.failed;
}
