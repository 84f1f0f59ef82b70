import * as z from 'zod';
import { AGENT_UNITS } from '../../../shared/agentUnits.ts';
import { autostartUnitText } from '../../../shared/autostart.ts';
import { joinScript } from '../../../shared/protocol/join.ts';
import { packagesFor } from './setupPackages.ts';
import type { Requirement } from './setupPackages.ts';
import type { Probe } from './setupProbe.ts';

/** The kernel modules that volumes and the daemons' storage need. They are loaded at every boot. */
export const MODULES = ['dm_crypt', 'loop', 'overlay'] as const;

/** The checks that no package of the distribution can satisfy. */
const OWN = [
  'systemd',
  'cgroup',
  ...MODULES,
  'modules',
  'agent',
  'configuration',
  'datastore',
  'autostart',
  'resident',
] as const;

/** The names of the checks. Each has a label in the languages' tables (`checks`). */
type CheckId = Requirement | (typeof OWN)[number];

/** One line of the check-list. */
export interface Check {
  readonly id: CheckId;
  /** `missing`: the set-up brings it. `unsupported`: it is there but cannot be used, or it cannot be brought. */
  readonly state: 'present' | 'missing' | 'unsupported';
  /** The version or path that was found. */
  readonly found?: string;
  /** The version or path that is needed, such as ">= 18"; absent when being there is enough. */
  readonly needed?: string;
  /** True for what a machine works without, though worse. */
  readonly optional?: true;
}

/** The state that the set-up has to reach. */
export interface Wanted {
  readonly version: string;
  /** The SHA-256 of the agent's file, hexadecimal. */
  readonly sha256: string;
  /** The absolute path of the datastore on the machine. */
  readonly datastore: string;
}

/** The modes of the datastore's folders, in the order in which the probe lists them. */
const FOLDER_MODES = '700 755 700 700 700';

/** The oldest versions that work: DelegateSubgroup= came with systemd 254, Docker's cgroup v2 with 20.10. */
const OLDEST: Readonly<Partial<Record<CheckId, string>>> = {
  systemd: '254',
  node: '18',
  docker: '20.10',
  compose: '2',
  cryptsetup: '2',
};

/**
 * The word before the version, for programs whose name another program could answer to (podman calls itself docker).
 */
const VERSION: Readonly<Partial<Record<CheckId, RegExp>>> = {
  docker: /^Docker version (\d[\w.+~-]*)/,
  systemd: /^systemd (\d+)/,
};

/**
 * The requirements whose absence does not fail a set-up. Without socat each connection starts an agent of its own; a machine
 * without a network, where it cannot be installed, can still be updated.
 */
const OPTIONAL: readonly CheckId[] = ['socat'] satisfies Requirement[];

const PROGRAMS = [
  'dockerd',
  'containerd',
  'losetup',
  'mkfs.ext4',
  'chattr',
  'script',
  'flock',
  'stty',
  'modprobe',
  'socat',
] as const;

/** Returns the whole check-list of a machine, in the order in which people read it. */
export function assess(probe: Probe, wanted: Wanted): Check[] {
  const found: Check[] = [
    fixed(versioned(probe, 'systemd')),
    fixed({ id: 'cgroup', state: probe['cgroup'] === '2' ? 'present' : 'missing', needed: 'v2' }),
    ...(['node', 'docker', 'compose', 'cryptsetup'] as const).map((id) => versioned(probe, id)),
    ...PROGRAMS.map((id): Check => ({
      ...{ id, state: probe[id] === undefined ? 'missing' : 'present' },
      ...(OPTIONAL.includes(id) && { optional: true }),
    })),
    ...MODULES.map((id) => kernelModule(probe, id)),
    { id: 'modules', state: probe['modules'] === MODULES.join(' ') ? 'present' : 'missing' },
    agent(probe, wanted),
    configuration(probe, wanted),
    {
      id: 'datastore',
      state: probe['folders'] === FOLDER_MODES ? 'present' : 'missing',
      needed: wanted.datastore,
    },
    resident(probe, wanted),
    autostart(probe, wanted),
  ];
  const { unavailable } = packagesFor(probe, missingRequirements(found));
  return found.map((check) =>
    check.optional !== true && unavailable.some((id) => id === check.id)
      ? { ...check, state: 'unsupported' }
      : check,
  );
}

/** Returns the missing requirements that the distribution's packages have to bring. */
export function missingRequirements(checks: readonly Check[]): Requirement[] {
  const own: readonly CheckId[] = OWN;
  const isRequirement = (id: CheckId): id is Requirement => !own.includes(id);
  return checks
    .filter(({ state }) => state === 'missing')
    .map(({ id }) => id)
    .filter(isRequirement);
}

/** Lists checks in words that need no translation, such as "systemd >= 254 (252), cgroup v2". */
export function nameChecks(checks: readonly Check[]): string {
  return checks
    .map(({ id, needed, found }) => [id, needed, found && `(${found})`].filter(Boolean).join(' '))
    .join(', ');
}

/** Returns a check that no package can satisfy: where it is missing, it is unsupported. */
function fixed(check: Check): Check {
  return check.state === 'present' ? check : { ...check, state: 'unsupported' };
}

function versioned(probe: Probe, id: CheckId): Check {
  const oldest = OLDEST[id] ?? '0';
  const needed = `>= ${oldest}`;
  const found = (VERSION[id] ?? /(\d[\w.+~-]*)/).exec(probe[id] ?? '')?.[1];
  if (found === undefined) return { id, state: 'missing', needed };
  return { id, state: compareVersions(found, oldest) < 0 ? 'unsupported' : 'present', found, needed };
}

function kernelModule(probe: Probe, id: (typeof MODULES)[number]): Check {
  const state = probe[`module.${id}`];
  // Without modprobe this cannot be known. It is checked again once kmod is installed.
  if (state === 'unknown') return { id, state: 'missing' };
  return { id, state: state === 'available' ? 'present' : 'unsupported' };
}

function agent(probe: Probe, { version, sha256 }: Wanted): Check {
  const found = probe['agent.version'];
  const linked = probe['agent.link'] === '/usr/local/lib/rediacc/current/renet';
  if (found === undefined || !linked) return { id: 'agent', state: 'missing', needed: version };
  // Another admin's newer agent stays. Whether this program can speak with it shows when it connects.
  const order = compareVersions(found, version);
  const same = order === 0 && probe['agent.sha256']?.split(' ')[0] === sha256;
  return { id: 'agent', state: same || order > 0 ? 'present' : 'missing', found, needed: version };
}

function configuration(probe: Probe, { datastore }: Wanted): Check {
  const found = configuredDatastore(probe['configuration']);
  if (found === undefined) return { id: 'configuration', state: 'missing', needed: datastore };
  // The machine keeps its repositories in another datastore: a new one would hide them all.
  return {
    id: 'configuration',
    state: found === datastore ? 'present' : 'unsupported',
    found,
    needed: datastore,
  };
}

/** Checks the boot service: that it starts at the next boot and waits for the next shutdown. */
function autostart(probe: Probe, { version, datastore }: Wanted): Check {
  const needed = 'enabled, active';
  const text = probe['autostart.text'];
  // Another admin's newer agent stays, and so does the unit that it wrote.
  const newer = compareVersions(probe['agent.version'] ?? '0', version) > 0;
  const wanted = autostartUnitText(datastore).replaceAll('\n', ' ').trim();
  if (text === undefined || !(newer || text === wanted)) return { id: 'autostart', state: 'missing', needed };
  const found = `${probe['autostart.UnitFileState'] ?? ''}, ${probe['autostart.ActiveState'] ?? ''}`;
  return { id: 'autostart', state: found === needed ? 'present' : 'missing', found, needed };
}

/** Checks the units of the resident agent, and the file that joins it: that it is joined now, and after the next boot. */
function resident(probe: Probe, { version }: Wanted): Check {
  const needed = 'enabled, active';
  // Another admin's newer agent stays, and so do its units, whatever it calls them.
  const newer = compareVersions(probe['agent.version'] ?? '0', version) > 0;
  const texts = [
    ...AGENT_UNITS.map(({ name, text }) => ({ found: probe[`unit.${name}.text`], text })),
    { found: probe['join.text'], text: joinScript() },
  ];
  const areRight = newer || texts.every(({ found, text }) => found === text.replaceAll('\n', ' ').trim());
  if (!areRight) return { id: 'resident', state: 'missing', needed };
  const states = AGENT_UNITS.filter(({ name }) => probe[`unit.${name}.text`] !== undefined).map(
    ({ name }) => `${probe[`unit.${name}.UnitFileState`] ?? ''}, ${probe[`unit.${name}.ActiveState`] ?? ''}`,
  );
  const found = states.find((state) => state !== needed) ?? needed;
  return { id: 'resident', state: found === needed ? 'present' : 'missing', found, needed };
}

function configuredDatastore(text: string | undefined): string | undefined {
  try {
    return z.object({ datastore: z.string() }).parse(JSON.parse(text ?? '')).datastore;
  } catch {
    // The file belongs to the set-up: where it is absent or unreadable, it is written anew.
    return undefined;
  }
}

/**
 * Compares versions. Returns a negative number, zero or a positive number when `a` is older than, as old as, or newer
 * than `b`. Only numbers count.
 */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string): number[] => (/^[\d.]*/.exec(version)?.[0] ?? '').split('.').map(Number);
  const left = numbers(a);
  const right = numbers(b);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
