import { join } from 'node:path';
import {
  containerdUnit,
  daemonFolder,
  dockerSocket,
  dockerUnit,
  mountPath,
  privateFolder,
} from '../paths.ts';
import type { Paths } from '../paths.ts';

/**
 * Makes the files of one repository's daemon, path to text; docs/decisions/isolated-docker.md says why each line is
 * there.
 */
type DaemonFiles = Record<'containerdConfig' | 'dockerConfig' | 'containerdUnit' | 'dockerUnit', DaemonFile>;

interface DaemonFile {
  path: string;
  text: string;
}

/** Units live in /run: after a power cut nothing of a repository is there to start by itself. */
const UNIT_FOLDER = '/run/systemd/system';

/**
 * The slice of all daemons, said to systemd so that it does not stop it by itself when the machine goes down: the
 * daemons in it would go with it, before any down(). It is the machine's, not a repository's: its file stays, the slice
 * itself ends with the last daemon in it.
 */
export const SLICE_UNIT: DaemonFile = {
  path: '/etc/systemd/system/rediacc.slice',
  text: '[Unit]\nDescription=Docker daemons of repositories\nDefaultDependencies=no\nStopWhenUnneeded=yes\n',
};

/** Returns where a daemon's state (not its data) lives; gone with the boot. */
function daemonState(paths: Paths, networkId: number): { containerd: string; exec: string } {
  const folder = daemonFolder(paths, networkId);
  return { containerd: join(folder, 'containerd'), exec: join(folder, 'docker') };
}

/** Returns where a daemon's data live: inside the mount, and so encrypted. */
export function daemonData(paths: Paths, guid: string): { containerd: string; docker: string } {
  const folder = join(privateFolder(paths, guid), 'docker');
  return { containerd: join(folder, 'containerd'), docker: join(folder, 'data') };
}

/**
 * The interface that daemons are given for a bridge beside a Docker of the machine's own. A dockerd told to have none
 * deletes docker0 when it starts, whosoever it is (moby, daemon_unix.go, removeDefaultBridgeInterface). Nothing is ever
 * connected to this one; its address, the last of 127/8 and beyond every repository's, only keeps dockerd from
 * choosing.
 */
export const STAND_IN_BRIDGE = { name: 'rediacc0', address: '127.255.255.253/30' } as const;

/**
 * Tells whether an interface has an address, by /proc/net/fib_trie: of one that is down, as this one is until a daemon
 * uses it, neither /sys nor Node's list of interfaces tells the addresses.
 */
export function holdsAddress(fibTrie: string, address: string): boolean {
  const [host = ''] = address.split('/');
  const lines = fibTrie.split('\n').map((line) => line.trim());
  return lines.some((line, at) => line === `|-- ${host}` && lines[at + 1] === '/32 host LOCAL');
}

/** Returns the configuration and the two units of a repository's own containerd and dockerd. */
export function daemonFiles(
  paths: Paths,
  repository: { guid: string; networkId: number },
  bridge: 'none' | typeof STAND_IN_BRIDGE.name = 'none',
): DaemonFiles {
  const { guid, networkId } = repository;
  const folder = daemonFolder(paths, networkId);
  const state = daemonState(paths, networkId);
  const data = daemonData(paths, guid);
  const containerdSocket = join(state.containerd, 'containerd.sock');
  const containerdConfig = join(folder, 'containerd.toml');
  const dockerConfig = join(folder, 'daemon.json');
  return {
    containerdConfig: {
      path: containerdConfig,
      text: containerdToml(data.containerd, state.containerd, containerdSocket),
    },
    dockerConfig: {
      path: dockerConfig,
      text: dockerJson(networkId, {
        folder,
        bridge,
        containerdSocket,
        dataRoot: data.docker,
        execRoot: state.exec,
      }),
    },
    containerdUnit: {
      path: join(UNIT_FOLDER, containerdUnit(networkId)),
      text: unit({
        description: `containerd of the repository ${guid}`,
        mount: mountPath(paths, guid),
        dependencies: ['StopWhenUnneeded=yes'],
        service: ['TimeoutStopSec=20', `ExecStart=containerd --config ${containerdConfig}`],
      }),
    },
    dockerUnit: {
      path: join(UNIT_FOLDER, dockerUnit(networkId)),
      text: unit({
        description: `Docker of the repository ${guid}`,
        mount: mountPath(paths, guid),
        dependencies: [`BindsTo=${containerdUnit(networkId)}`, `After=${containerdUnit(networkId)}`],
        service: [
          'NotifyAccess=main',
          // At boot several start at once, on a machine that is busy with its own.
          'TimeoutStartSec=300',
          'TimeoutStopSec=90',
          // Containers of an earlier life must not start with the daemon: restart policies would run them before prep.
          `ExecStart=dockerd --config-file ${dockerConfig} --restart=false`,
          // dockerd leaves this mount behind, and it would keep the volume busy.
          `ExecStopPost=-umount ${join(state.exec, 'netns/default')}`,
        ],
      }),
    },
  };
}

/** Returns dockerd's configuration. */
function dockerJson(
  networkId: number,
  parts: { folder: string; bridge: string; containerdSocket: string; dataRoot: string; execRoot: string },
): string {
  const configuration = {
    hosts: [`unix://${dockerSocket(networkId)}`],
    // Only root reaches it: the machine's "docker" group is for the machine's own Docker.
    group: 'root',
    containerd: parts.containerdSocket,
    'data-root': parts.dataRoot,
    'exec-root': parts.execRoot,
    pidfile: join(parts.folder, 'docker.pid'),
    bridge: parts.bridge,
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    'storage-driver': 'overlay2',
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': `/rediacc.slice/${dockerUnit(networkId)}/containers`,
  };
  return JSON.stringify(configuration, undefined, 2) + '\n';
}

function unit(parts: {
  description: string;
  mount: string;
  dependencies: string[];
  service: string[];
}): string {
  return [
    '[Unit]',
    `Description=${parts.description}`,
    // Only the supervisor stops these at shutdown, after every down(): systemd must not do it on its own.
    'DefaultDependencies=no',
    // An assertion, not a condition: a start on an unmounted folder has to fail, not to be skipped.
    `AssertPathIsMountPoint=${parts.mount}`,
    ...parts.dependencies,
    '',
    '[Service]',
    'Type=notify',
    'Slice=rediacc.slice',
    'Delegate=yes',
    'DelegateSubgroup=daemon',
    'KillMode=mixed',
    'OOMScoreAdjust=-500',
    'LimitNOFILE=infinity',
    ...parts.service,
    '',
  ].join('\n');
}

function containerdToml(root: string, state: string, socket: string): string {
  const disabled = [
    'io.containerd.grpc.v1.cri',
    'io.containerd.internal.v1.opt',
    'io.containerd.internal.v1.tracing',
    'io.containerd.tracing.processor.v1.otlp',
    'io.containerd.nri.v1.nri',
    ...['btrfs', 'zfs', 'devmapper', 'aufs', 'blockfile'].map(
      (name) => `io.containerd.snapshotter.v1.${name}`,
    ),
  ];
  return [
    'version = 2',
    `root = ${JSON.stringify(root)}`,
    `state = ${JSON.stringify(join(state, 'state'))}`,
    `disabled_plugins = [${disabled.map((name) => JSON.stringify(name)).join(', ')}]`,
    '[grpc]',
    `  address = ${JSON.stringify(socket)}`,
    '[ttrpc]',
    `  address = ${JSON.stringify(`${socket}.ttrpc`)}`,
    '',
  ].join('\n');
}
