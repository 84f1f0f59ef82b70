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
import { daemonConfigFile } from '../volume/daemonFolder.ts';

/** The files of one repository's daemon. docs/decisions/isolated-docker.md says why each of their lines is there. */
type DaemonFiles = Record<'containerdConfig' | 'dockerConfig' | 'containerdUnit' | 'dockerUnit', DaemonFile>;

interface DaemonFile {
  path: string;
  text: string;
}

/** The folder of the units; it ends with the boot, so after a power cut no daemon can start by itself. */
export const UNIT_FOLDER = '/run/systemd/system';

/**
 * The slice of all daemons. It is declared so that systemd does not stop it by itself when the machine goes down: the
 * daemons in it would be stopped before any down(). The slice belongs to the machine, so its file stays when
 * repositories go; the slice itself ends with the last daemon in it.
 */
export const SLICE_UNIT: DaemonFile = {
  path: '/etc/systemd/system/rediacc.slice',
  text: '[Unit]\nDescription=Docker daemons of repositories\nDefaultDependencies=no\nStopWhenUnneeded=yes\n',
};

/** Returns the folders of a daemon's state (not its data), which ends with the boot. */
function daemonState(paths: Paths, networkId: number): { containerd: string; exec: string } {
  const folder = daemonFolder(paths, networkId);
  return { containerd: join(folder, 'containerd'), exec: join(folder, 'docker') };
}

/** Returns the folders of a daemon's data: inside the mount, and so encrypted. */
export function daemonData(paths: Paths, guid: string): { containerd: string; docker: string } {
  const folder = join(privateFolder(paths, guid), 'docker');
  return { containerd: join(folder, 'containerd'), docker: join(folder, 'data') };
}

/**
 * The bridge that daemons are given beside a Docker of the machine's own. A dockerd that is told to have no bridge
 * deletes docker0 when it starts, even another Docker's (moby, daemon_unix.go, removeDefaultBridgeInterface). Nothing
 * is ever connected to this bridge. Its address, the last of 127/8 and beyond every repository's, only keeps dockerd
 * from choosing one (docs/decisions/stand-in-bridge.md).
 */
export const STAND_IN_BRIDGE = { name: 'rediacc0', address: '127.255.255.253/30' } as const;

/**
 * Tells whether an interface of this machine has an address, by the text of /proc/net/fib_trie. The stand-in bridge is
 * down until a daemon uses it, and neither /sys nor Node lists the addresses of an interface that is down.
 */
export function holdsAddress(fibTrie: string, address: string): boolean {
  const [host = ''] = address.split('/');
  const lines = fibTrie.split('\n').map((line) => line.trim());
  return lines.some((line, at) => line === `|-- ${host}` && lines[at + 1] === '/32 host LOCAL');
}

/**
 * Returns the configurations and units of a repository's containerd and dockerd. `reach`: the properties that say which
 * addresses they, and the containers in their control group, may reach.
 */
export function daemonFiles(
  paths: Paths,
  repository: { guid: string; networkId: number },
  reach: readonly string[],
  bridge: 'none' | typeof STAND_IN_BRIDGE.name = 'none',
): DaemonFiles {
  const { guid, networkId } = repository;
  const folder = daemonFolder(paths, networkId);
  const state = daemonState(paths, networkId);
  const data = daemonData(paths, guid);
  const containerdSocket = join(state.containerd, 'containerd.sock');
  const containerdConfig = join(folder, 'containerd.toml');
  const dockerConfig = daemonConfigFile(paths, networkId);
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
        service: ['TimeoutStopSec=20', ...reach, `ExecStart=containerd --config ${containerdConfig}`],
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
          // At boot several daemons start at once, on a machine that is busy anyway.
          'TimeoutStartSec=300',
          'TimeoutStopSec=90',
          ...reach,
          // Containers of an earlier run must not start with the daemon: restart policies would start them before prep.
          `ExecStart=dockerd --config-file ${dockerConfig} --restart=false`,
          // dockerd leaves this mount behind, which would keep the volume busy.
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
    // Only root reaches the socket: the machine's group "docker" is for the machine's own Docker.
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

/** Returns the text of a daemon's unit. */
function unit(parts: {
  description: string;
  mount: string;
  dependencies: string[];
  service: string[];
}): string {
  return [
    '[Unit]',
    `Description=${parts.description}`,
    // Only the boot service stops these units at shutdown, after every down(); systemd must not do it by itself.
    'DefaultDependencies=no',
    // An assertion, not a condition: a start on an unmounted folder has to fail and not to be skipped.
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
    // A core of a container's process would hold its secrets, and lie outside the volume.
    'LimitCORE=0',
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
