import type { WireError } from './errors.ts';
import type { AutostartEntry, AutostartList } from './model.ts';
import { AppError, toWire } from './errors.ts';
import type { Notice } from './notices.ts';

/** The systemd service of a machine that starts its repositories at boot and closes them at shutdown. */
export const AUTOSTART_UNIT = 'rediacc-autostart.service';

/**
 * The seconds that a repository's functions have at boot. A function that hangs longer is ended, so that its verdict
 * comes.
 */
export const BOOT_SECONDS = 600;
/**
 * The seconds after which a start that still runs makes room for the next one, as by then it waits more than it works.
 */
export const BOOT_TURN_SECONDS = 60;
/** The number of starts at the same time. */
export const BOOT_PARALLEL = 8;

/** The seconds for a whole shutdown, and for one repository in it (docs/decisions/boot-and-shutdown-order.md). */
export const SHUTDOWN_SECONDS = 300;
export const SHUTDOWN_REPOSITORY_SECONDS = 120;
/**
 * The part of those seconds that all down functions of a repository have; the rest is for the daemon and the volume.
 */
export const SHUTDOWN_FUNCTIONS_SECONDS = 90;

/** Returns how many repositories are shut down at once, so that each has had its time before the machine's is over. */
export function shutdownParallel(repositories: number): number {
  const turns = Math.floor(SHUTDOWN_SECONDS / SHUTDOWN_REPOSITORY_SECONDS);
  return Math.max(4, Math.ceil(repositories / turns));
}

/** The facts about one repository's autostart that its machine can see. */
export interface AutostartFacts {
  name: string;
  /** True when the repository's metadata say that autostart is enabled. */
  recorded: boolean;
  /** The key file. `partial`: there is one whose writing was never finished. */
  key: { file: string; state: 'absent' | 'present'; mode: string; private: boolean; partial: boolean };
  /** The volume's file. */
  volume: string;
  /**
   * Whose slot 1 of the volume's header is. `key`, `partial`: the key file, or the unfinished one, opens it; `token`: no
   * key at hand does, and the header says that it is autostart's; `unknown`: it may be anybody's passphrase.
   */
  slot1: 'empty' | 'key' | 'partial' | 'token' | 'unknown';
}

/**
 * Returns everything that is wrong with a repository's autostart, each with its code, so that a person knows it before
 * the reboot.
 */
export function autostartProblems({ name, recorded, key, volume, slot1 }: AutostartFacts): WireError[] {
  const there = key.state === 'present';
  const found = [
    ...(there ? [key.file] : []),
    ...(key.partial ? [`${key.file}.partial`] : []),
    ...(slot1 === 'empty' || slot1 === 'unknown' ? [] : ['LUKS slot 1']),
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
  if (slot1 === 'empty') problems.push(new AppError('autostart-slot-empty', { name }));
  else if (slot1 === 'unknown') problems.push(new AppError('autostart-slot-taken', { name, file: volume }));
  else if (there && slot1 !== 'key') problems.push(new AppError('autostart-key-refused', { name }));
  if (key.partial) {
    problems.push(new AppError('autostart-half-done', { name, found: `${key.file}.partial` }));
  }
  return problems.map(toWire);
}

/** Returns what is worth knowing of one that is not enabled: that slot 1 is in use all the same. */
export function autostartNotices({ name, recorded, volume, slot1 }: AutostartFacts): Notice[] {
  if (recorded || slot1 !== 'unknown') return [];
  return [{ code: 'slot-one-taken', details: { name, file: volume } }];
}

/**
 * The condition of a repository's autostart. `needs-repair`: the repository would not start as it is, or is half
 * removed.
 */
type AutostartCondition = 'on' | 'off' | 'needs-repair';

/** Returns the condition of one repository of a list. Where the boot service is not in place, no repository starts. */
export function autostartCondition(
  { enabled, problems }: AutostartEntry,
  { problem }: AutostartList['unit'],
): AutostartCondition {
  if (problems.length > 0 || (enabled && problem !== undefined)) return 'needs-repair';
  return enabled ? 'on' : 'off';
}

/** A repository, with the one after which it starts. */
interface Ordered {
  guid: string;
  after?: string | undefined;
}

/**
 * Refuses an order of starts that leads back to its beginning: `guid` is to start after `after`. Throws
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
 * Returns the repository for which each one waits. It waits only for one that starts too, and never in a circle (a
 * circle that was written by hand is cut where it closes), so that none waits for ever.
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
 * Returns the text of the unit (docs/decisions/boot-and-shutdown-order.md). The service counts as started at once,
 * because ExecStop= would be skipped while a start has not finished; the shutdown is done on SIGTERM instead. It is
 * ordered after everything that a shutdown still needs; the repositories' mounts must not be ordered against it.
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
LimitCORE=0

[Install]
WantedBy=multi-user.target
`;
}
