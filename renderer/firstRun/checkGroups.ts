import type { MachineCheck, SetupState } from '../../shared/api/apiModel.ts';
import type { Tone } from '../ui/StateMark.tsx';

type SetupStep = SetupState['steps'][number]['step'];

/** What a person wants to know of a machine, each with the checks it stands for and the part that brings it. */
const GROUPS = {
  system: { checks: ['systemd', 'cgroup'] },
  encryption: {
    checks: ['cryptsetup', 'dm_crypt', 'loop', 'losetup', 'mkfs.ext4', 'modprobe'],
    step: 'packages',
  },
  docker: { checks: ['docker', 'dockerd', 'containerd', 'compose', 'overlay'], step: 'packages' },
  node: { checks: ['node'], step: 'packages' },
  tools: { checks: ['chattr', 'script', 'flock', 'stty'], step: 'packages' },
  agent: { checks: ['agent'], step: 'agent' },
  datastore: { checks: ['datastore', 'configuration', 'modules'], step: 'prepare' },
  boot: { checks: ['autostart'], step: 'autostart' },
} as const satisfies Record<string, { checks: readonly string[]; step?: SetupStep }>;

type GroupName = keyof typeof GROUPS;
type GroupState = 'present' | 'missing' | 'unsupported' | 'bringing' | 'brought' | 'failed';

/** A line of the check-list. */
export interface CheckGroup {
  readonly name: GroupName;
  readonly state: GroupState;
  /** What was found where all is there, else what is not. */
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

/** A machine's checks in lines that people read, while a set-up brings what is missing. */
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

/** Nothing is missing. */
export function isReady(checks: readonly MachineCheck[]): boolean {
  return checks.length > 0 && checks.every(({ state }) => state === 'present');
}
