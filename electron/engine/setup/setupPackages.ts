import type { Probe } from './setupProbe.ts';

/** The programs that a machine must have from its distribution. */
export type Requirement =
  | 'node'
  | 'docker'
  | 'dockerd'
  | 'containerd'
  | 'compose'
  | 'cryptsetup'
  | 'losetup'
  | 'mkfs.ext4'
  | 'chattr'
  | 'script'
  | 'flock'
  | 'stty'
  | 'modprobe'
  | 'socat';

type Table = Readonly<Record<Requirement, string | undefined>>;

const everywhere = {
  losetup: 'util-linux',
  'mkfs.ext4': 'e2fsprogs',
  chattr: 'e2fsprogs',
  script: 'util-linux',
  flock: 'util-linux',
  stty: 'coreutils',
  modprobe: 'kmod',
  socat: 'socat',
  containerd: 'containerd',
  cryptsetup: 'cryptsetup',
} as const;

/** Debian 13, where Docker's command line is a package of its own and docker-compose is Compose v2. */
const debian: Table = {
  ...everywhere,
  node: 'nodejs',
  docker: 'docker-cli',
  dockerd: 'docker.io',
  compose: 'docker-compose',
  cryptsetup: 'cryptsetup-bin',
  losetup: 'mount',
  script: 'bsdutils',
};
/** Debian before 13, which has only Compose v1. */
const oldDebian: Table = { ...debian, docker: 'docker.io', compose: undefined };
const ubuntu: Table = { ...debian, docker: 'docker.io', compose: 'docker-compose-v2' };
/** Ubuntu before 24.04, which has only Node 12. */
const oldUbuntu: Table = { ...ubuntu, node: undefined };
/** Fedora (not tried yet). `script` moved between packages in Fedora 42; dnf finds the package that holds the file. */
const fedora: Table = {
  ...everywhere,
  node: 'nodejs',
  docker: 'docker-cli',
  dockerd: 'moby-engine',
  compose: 'docker-compose',
  script: '/usr/bin/script',
};
/** Relatives of Red Hat's Linux, which have no Docker in their own repositories (not tried yet). */
const redHat: Table = {
  ...fedora,
  docker: undefined,
  dockerd: undefined,
  containerd: undefined,
  compose: undefined,
};
/** openSUSE and its relatives (not tried yet). */
const suse: Table = {
  ...everywhere,
  node: 'nodejs-default',
  docker: 'docker',
  dockerd: 'docker',
  compose: 'docker-compose',
};

function tableOf(probe: Probe): Table | undefined {
  const families = [probe['id'], ...(probe['like'] ?? '').split(' ')];
  // A rolling or testing release has no number: it counts as newer than all that have one.
  const version = Number.parseFloat(probe['version'] ?? '') || Infinity;
  switch (probe['manager'] ?? '') {
    case 'apt-get':
      if (probe['id'] === 'ubuntu' && version < 24.04) return oldUbuntu;
      if (probe['id'] === 'debian' && version < 13) return oldDebian;
      return families.includes('ubuntu') ? ubuntu : debian;
    case 'dnf':
      return probe['id'] === 'fedora' ? fedora : redHat;
    case 'zypper':
      return suse;
    default:
      return undefined;
  }
}

/**
 * Returns the distribution's packages that bring what is missing, each once, and the requirements for which it has no
 * package.
 */
export function packagesFor(
  probe: Probe,
  missing: readonly Requirement[],
): { packages: string[]; unavailable: Requirement[] } {
  const table = tableOf(probe);
  const packages = missing.map((requirement) => table?.[requirement]).filter((name) => name !== undefined);
  const unavailable = missing.filter((requirement) => table?.[requirement] === undefined);
  return { packages: [...new Set(packages)].sort(), unavailable };
}

/**
 * Returns the script that installs packages, with all output on standard output. It removes and restarts nothing that
 * is installed (a Docker from elsewhere would conflict with the distribution's): it fails instead.
 */
export function installScript(manager: string | undefined, packages: readonly string[]): string {
  const names = packages.join(' ');
  switch (manager ?? '') {
    case 'dnf':
      return `exec 2>&1 </dev/null\nexec dnf install -y --setopt=install_weak_deps=False ${names}\n`;
    case 'zypper':
      // The codes 100 to 103 and 106 tell of things to do later (updates, a restart), not of a failure.
      return `exec 2>&1 </dev/null
zypper --non-interactive install --no-recommends ${names}
code=$?
case $code in 100|101|102|103|106) exit 0 ;; *) exit $code ;; esac
`;
    default:
      return `exec 2>&1 </dev/null
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
apt-get -o DPkg::Lock::Timeout=300 update
exec apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends --no-remove ${names}
`;
  }
}
