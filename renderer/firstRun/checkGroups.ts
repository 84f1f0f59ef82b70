import type { MachineCheck, SetupState } from '../../shared/api/apiModel.ts';
import type { Tone } from '../ui/StateMark.tsx';

type SetupStep = SetupState['steps'][number]['step'];

/**
 * The things that a person wants to know of a machine, each with the checks that it stands for and the set-up step that
 * brings it.
 */
const GROUPS = {
  system: { checks: ['systemd', 'cgroup'] },
  encryption: {
    checks: ['cryptsetup', 'dm_crypt', 'loop', 'losetup', 'mkfs.ext4', 'modprobe'],
    step: 'packages',
  },
  docker: { checks: ['docker', 'dockerd', 'containerd', 'compose', 'overlay'], step: 'packages' },
  node: { checks: ['node'], step: 'packages' },
  tools: { checks: ['chattr', 'script', 'flock', 'stty', 'socat'], step: 'packages' },
  agent: { checks: ['agent'], step: 'agent' },
  datastore: { checks: ['datastore', 'configuration', 'modules'], step: 'prepare' },
  boot: { checks: ['autostart', 'resident'], step: 'autostart' },
} as const satisfies Record<string, { checks: readonly string[]; step?: SetupStep }>;

type GroupName = keyof typeof GROUPS;
type GroupState = 'present' | 'missing' | 'unsupported' | 'bringing' | 'brought' | 'failed';

/** One line of the check-list. */
export interface CheckGroup {
  readonly name: GroupName;
  readonly state: GroupState;
  /** The checks that lack something; all checks of the group where none does. */
  readonly checks: readonly MachineCheck[];
}

export const GROUP_TONES: Readonly<Record<GroupState, Tone>> = {
  present: 'ok',
  missing: 'idle',
  unsupported: 'fail',
  bringing: 'busy',
  brought: 'ok',
  failed: 'fail',
};

/**
 * Groups a machine's checks into the lines that people read. A running or ended `setup` tells how far the missing ones
 * are.
 */
export function groupChecks(checks: readonly MachineCheck[], setup?: SetupState): CheckGroup[] {
  const names = Object.keys(GROUPS) as GroupName[];
  return names.flatMap((name) => {
    const group: { checks: readonly string[]; step?: SetupStep } = GROUPS[name];
    const own = checks.filter(({ id }) => group.checks.includes(id));
    if (own.length === 0) return [];
    const lacking = own.filter(({ state }) => state !== 'present');
    return [{ name, state: stateOf(lacking, group.step, setup), checks: lacking.length > 0 ? lacking : own }];
  });
}

function stateOf(
  lacking: readonly MachineCheck[],
  step: SetupStep | undefined,
  setup: SetupState | undefined,
): GroupState {
  if (lacking.length === 0) return 'present';
  if (lacking.some(({ state }) => state === 'unsupported')) return 'unsupported';
  switch (setup?.steps.find((one) => one.step === step)?.state) {
    case 'running':
      return 'bringing';
    case 'succeeded':
    case 'already':
      return 'brought';
    case 'failed':
      return 'failed';
    case undefined:
      return 'missing';
  }
}

/** Returns true when the machine was checked and nothing that it needs is missing. */
export function isReady(checks: readonly MachineCheck[]): boolean {
  return checks.length > 0 && checks.every(({ state, optional }) => state === 'present' || optional === true);
}
