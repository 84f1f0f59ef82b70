import type { WireError } from './errors.ts';
import type { AutostartEntry, AutostartList } from './model.ts';
import { AppError, toWire } from './errors.ts';

/** The service of a machine that boots and shuts down its repositories. */
export const AUTOSTART_UNIT = 'rediacc-autostart.service';

/** Seconds that a repository's functions have at boot; what hangs longer is ended, so that its verdict comes. */
export const BOOT_SECONDS = 600;
/** Seconds after which a start that still runs makes room for the next one: it waits more than it works. */
export const BOOT_TURN_SECONDS = 60;
/** Starts that work at the same time. */
export const BOOT_PARALLEL = 8;

/** Seconds for a whole shutdown and for one repository in it (docs/decisions/boot-and-shutdown-order.md). */
export const SHUTDOWN_SECONDS = 300;
export const SHUTDOWN_REPOSITORY_SECONDS = 120;
/** Seconds of those that the down functions have together; the rest is for the daemon and the volume. */
export const SHUTDOWN_FUNCTIONS_SECONDS = 90;

/**
 * Returns how many repositories are shut down at once, so that all have had their time before it is over for the
 * machine.
 */
export function shutdownParallel(repositories: number): number {
  const turns = Math.floor(SHUTDOWN_SECONDS / SHUTDOWN_REPOSITORY_SECONDS);
  return Math.max(4, Math.ceil(repositories / turns));
}

/** What a machine can see of one repository's autostart. */
export interface AutostartFacts {
  name: string;
  /** It is written down as enabled. */
  recorded: boolean;
  /** The key file; `partial`: one that was never finished. */
  key: { file: string; state: 'absent' | 'present'; mode: string; private: boolean; partial: boolean };
  /** Whether the volume's header has a key in the slot. */
  slot0: boolean;
  slot1: boolean;
  /** Whether the key opens slot 1; undefined where it was not tried. */
  opens: boolean | undefined;
}

/** Returns everything that is not as it should be, each with its code, so that a person knows before the reboot. */
export function autostartProblems(facts: AutostartFacts): WireError[] {
  const { name, recorded, key, slot1 } = facts;
  const there = key.state === 'present';
  const found = [
    ...(there ? [key.file] : []),
    ...(key.partial ? [`${key.file}.partial`] : []),
    ...(slot1 ? ['LUKS slot 1'] : []),
  ];
  const problems: AppError[] = [];
  if (!recorded) {
    if (found.length > 0)
      problems.push(new AppError('autostart-half-done', { name, found: found.join(', ') }));
    return problems.map(toWire);
  }
  if (!there) problems.push(new AppError('autostart-key-missing', { name, file: key.file }));
  if (there && !key.private) {
    problems.push(new AppError('autostart-key-exposed', { name, file: key.file, found: key.mode }));
  }
  if (!slot1) problems.push(new AppError('autostart-slot-empty', { name }));
  else if (facts.opens === false) problems.push(new AppError('autostart-key-refused', { name }));
  if (key.partial) {
    problems.push(new AppError('autostart-half-done', { name, found: `${key.file}.partial` }));
  }
  return problems.map(toWire);
}

/** How a repository stands with autostart; what needs repair would not come back as it is, or is half removed. */
type AutostartCondition = 'on' | 'off' | 'needs-repair';

/** Returns the condition of one repository of a list; where the boot service is not in place, none comes back. */
export function autostartCondition(
  { enabled, problems }: AutostartEntry,
  { problem }: AutostartList['unit'],
): AutostartCondition {
  if (problems.length > 0 || (enabled && problem !== undefined)) return 'needs-repair';
  return enabled ? 'on' : 'off';
}

/** A repository in an order of starts. */
interface Ordered {
  guid: string;
  after?: string | undefined;
}

/**
 * Refuses an order that leads back to its beginning. `after` is what `guid` is to start after. Throws
 * autostart-order.
 */
export function checkOrder(all: readonly (Ordered & { name: string })[], guid: string, after: string): void {
  const nameOf = (id: string): string => all.find((one) => one.guid === id)?.name ?? id;
  const chain = [after];
  for (let next = after; next !== guid;) {
    const before = all.find((one) => one.guid === next)?.after;
    if (before === undefined || chain.includes(before)) return;
    chain.push(before);
    next = before;
  }
  throw new AppError('autostart-order', {
    name: nameOf(guid),
    after: nameOf(after),
    chain: [...chain].reverse().map(nameOf).join(' → '),
  });
}

/**
 * Returns what each repository waits for among those that start: nothing that does not start itself, and no circle (one
 * that was written by hand is cut where it closes), so that nobody waits for ever.
 */
export function waitsFor(all: readonly Ordered[]): Map<string, string> {
  const edges = new Map<string, string>();
  const closesCircle = (guid: string, after: string): boolean => {
    for (let next: string | undefined = after; next !== undefined; next = edges.get(next)) {
      if (next === guid) return true;
    }
    return false;
  };
  for (const { guid, after } of all) {
    const starts = all.some((one) => one.guid === after);
    if (after !== undefined && starts && !closesCircle(guid, after)) edges.set(guid, after);
  }
  return edges;
}

/**
 * Returns the text of the unit (docs/decisions/boot-and-shutdown-order.md). It counts as started at once, because
 * ExecStop= would be skipped while a start has not finished; the shutdown is done on SIGTERM instead. Ordered after
 * everything that a shutdown still needs; repositories' mounts must not be ordered against it.
 */
export function autostartUnitText(datastore: string): string {
  const path = datastore.replaceAll('%', '%%').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `[Unit]
Description=Rediacc repositories: start at boot, close at shutdown
Wants=network-online.target
After=network-online.target local-fs.target remote-fs.target dbus.service dbus.socket
RequiresMountsFor="${path}"

[Service]
Type=exec
ExecStart=/usr/local/bin/renet supervise
KillMode=mixed
TimeoutStopSec=330
Restart=on-failure
RestartSec=5
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
`;
}
