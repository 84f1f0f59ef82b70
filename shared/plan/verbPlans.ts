import { AppError } from '../errors.ts';
import type { Notice } from '../notices.ts';
import { closingSteps, partingSteps, planWith, stops } from './planSteps.ts';
import type { PlanOf, PlanSubject, VolumeFacts } from './planSteps.ts';
import type { OptionsOf } from '../verbs.ts';

/** The facts for a mount. `inherits`: it is a fork whose data are still as its parent left them. */
interface MountFacts extends VolumeFacts {
  inherits: boolean;
}

interface ForkFacts extends PlanSubject {
  parent: { name: string; isOpen: boolean };
  /** True when the datastore's file system can copy a file by sharing its blocks. */
  canShare: boolean;
  notices: readonly Notice[];
}

/** Returns the plan that makes a repository. */
export function planCreate({ repository }: PlanSubject): PlanOf<'create'> {
  const kinds = ['allocate', 'format', 'open', 'filesystem', 'mount', 'handover', 'commit'] as const;
  return planWith('create', repository, stops(...kinds));
}

/** Returns the plan of a delete. Throws still-mounted. */
export function planDelete({ repository, volume }: VolumeFacts): PlanOf<'delete'> {
  if (volume === 'mounted') throw new AppError('still-mounted', { name: repository.name });
  return planWith('delete', repository, volume === 'open' ? stops('close', 'remove') : stops('remove'));
}

/** Returns the plan of a mount. A mounted repository needs no steps, and a notice says so. */
export function planMount({ repository, volume, inherits }: MountFacts): PlanOf<'mount'> {
  const isMounted = volume === 'mounted';
  const notices: Notice[] = isMounted
    ? [{ code: 'already-mounted', details: { name: repository.name } }]
    : [];
  const opening = isMounted ? [] : stops('open', 'mount');
  return planWith('mount', repository, [...opening, ...partingSteps(inherits)], notices);
}

/**
 * Returns the plan of an unmount. `running`: the number of running containers. Throws services-running, because
 * stopping the daemon would end them without their down().
 */
export function planUnmount({
  repository,
  volume,
  running,
}: VolumeFacts & { running: number }): PlanOf<'unmount'> {
  const { name } = repository;
  if (running > 0) throw new AppError('services-running', { name, running });
  const notices: Notice[] = volume === 'closed' ? [{ code: 'already-closed', details: { name } }] : [];
  return planWith('unmount', repository, closingSteps(volume), notices);
}

/** Returns the plan that enables autostart. */
export function planAutostartEnable({ repository }: PlanSubject): PlanOf<'autostart-enable'> {
  const steps = stops('check-passphrase', 'add-key', 'record', 'enable-unit');
  return planWith('autostart-enable', repository, steps);
}

/** Returns the plan that disables autostart. */
export function planAutostartDisable({ repository }: PlanSubject): PlanOf<'autostart-disable'> {
  return planWith('autostart-disable', repository, stops('remove-key', 'record'));
}

/** Returns the plan of a rename. */
export function planRename({ repository }: PlanSubject): PlanOf<'rename'> {
  return planWith('rename', repository, stops('rename'));
}

/** Returns the plan that gives a repository another network id. Throws still-mounted: what runs has the old addresses. */
export function planRenumber({ repository, volume }: VolumeFacts): PlanOf<'renumber'> {
  if (volume === 'mounted') throw new AppError('still-mounted', { name: repository.name });
  return planWith('renumber', repository, stops('renumber'));
}

/** Returns the plan that opens another repository's addresses to this one, or closes them. */
export function planAllow({ repository }: PlanSubject): PlanOf<'allow'> {
  return planWith('allow', repository, stops('allow'));
}

/** Returns the plan that frees a service's slot. Throws not-mounted. */
export function planReleaseSlot({ repository, volume }: VolumeFacts): PlanOf<'release-slot'> {
  if (volume !== 'mounted') throw new AppError('not-mounted', { name: repository.name });
  return planWith('release-slot', repository, stops('release-slot'));
}

/** Returns the plan of a resize, which needs the volume mounted: a closed volume is opened for it, and closed again. */
export function planResize(
  { byKey = false }: Pick<OptionsOf<'resize'>, 'byKey'>,
  { repository, volume }: VolumeFacts,
): PlanOf<'resize'> {
  const opening = byKey ? 'open-by-key' : 'open';
  const checking = byKey ? 'check-key' : 'check-passphrase';
  const first = volume === 'closed' ? opening : checking;
  const steps =
    volume === 'mounted' ? stops(first, 'grow') : stops(first, 'mount', 'grow', 'unmount', 'close');
  return planWith('resize', repository, steps);
}

/**
 * Returns the plan of a fork. Throws fork-needs-closed where blocks cannot be shared: the parent would write while it
 * is copied, and parts of the copy would be older than others.
 */
export function planFork({ repository, parent, canShare, notices }: ForkFacts): PlanOf<'fork'> {
  if (!canShare && parent.isOpen) throw new AppError('fork-needs-closed', { name: parent.name });
  return planWith('fork', repository, stops(canShare ? 'share' : 'copy', 'renew', 'commit'), notices);
}

/** Returns the plan of a change of the passphrase. */
export function planPassphraseChange({ repository }: PlanSubject): PlanOf<'passphrase-change'> {
  return planWith('passphrase-change', repository, stops('change-passphrase'));
}

/**
 * Returns the plan that restores a saved header. Throws still-mounted, also for a volume that is open and not mounted.
 */
export function planHeaderRestore({ repository, volume }: VolumeFacts): PlanOf<'header-restore'> {
  if (volume !== 'closed') throw new AppError('still-mounted', { name: repository.name });
  return planWith('header-restore', repository, stops('check-header', 'restore-header'));
}
