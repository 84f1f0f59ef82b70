import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { reachProperties } from '../../shared/network/reach.ts';
import { daemonFiles, holdsAddress, STAND_IN_BRIDGE } from './daemonConfig.ts';

const guid = '11111111-1111-4111-8111-111111111111';
const reach = reachProperties(2816, [2944]);
const files = daemonFiles(
  { datastore: '/mnt/rediacc', run: '/run/rediacc' },
  { guid, networkId: 2816 },
  reach,
);

describe('the daemon of a repository', () => {
  it('has these two units', () => {
    expect(files.dockerUnit.path).toBe('/run/systemd/system/rediacc-docker-2816.service');
    expect(files.dockerUnit.text.split('\n')).toEqual([
      '[Unit]',
      `Description=Docker of the repository ${guid}`,
      'DefaultDependencies=no',
      `AssertPathIsMountPoint=/mnt/rediacc/repos/${guid}`,
      'BindsTo=rediacc-containerd-2816.service',
      'After=rediacc-containerd-2816.service',
      '',
      '[Service]',
      'Type=notify',
      'Slice=rediacc.slice',
      'Delegate=yes',
      'DelegateSubgroup=daemon',
      'KillMode=mixed',
      'OOMScoreAdjust=-500',
      'LimitNOFILE=infinity',
      'LimitCORE=0',
      'NotifyAccess=main',
      'TimeoutStartSec=300',
      'TimeoutStopSec=90',
      ...reach,
      'ExecStart=dockerd --config-file /run/rediacc/2816/daemon.json --restart=false',
      'ExecStopPost=-umount /run/rediacc/2816/docker/netns/default',
      '',
    ]);
    expect(files.containerdUnit.text).toContain('StopWhenUnneeded=yes\n');
    expect(files.containerdUnit.text).toContain(`${reach.join('\n')}\n`);
    expect(files.containerdUnit.text).toContain('LimitCORE=0\n');
    expect(files.containerdUnit.text).toContain(
      'ExecStart=containerd --config /run/rediacc/2816/containerd.toml\n',
    );
  });

  it('keeps its data inside the mount, its state outside, and leaves the machine’s network alone', () => {
    expect(JSON.parse(files.dockerConfig.text)).toEqual({
      hosts: ['unix:///var/run/rediacc/docker-2816.sock'],
      group: 'root',
      containerd: '/run/rediacc/2816/containerd/containerd.sock',
      'data-root': `/mnt/rediacc/repos/${guid}/.rediacc/docker/data`,
      'exec-root': '/run/rediacc/2816/docker',
      pidfile: '/run/rediacc/2816/docker.pid',
      bridge: 'none',
      iptables: false,
      ip6tables: false,
      'ip-forward': false,
      'ip-masq': false,
      'storage-driver': 'overlay2',
      'exec-opts': ['native.cgroupdriver=cgroupfs'],
      'cgroup-parent': '/rediacc.slice/rediacc-docker-2816.service/containers',
    });
    expect(files.containerdConfig.text).toContain(
      `root = "/mnt/rediacc/repos/${guid}/.rediacc/docker/containerd"`,
    );
  });

  it('is given a bridge that is not docker0 beside a Docker of the machine’s own', () => {
    const paths = { datastore: '/mnt/rediacc', run: '/run/rediacc' };
    const beside = daemonFiles(paths, { guid, networkId: 2816 }, reach, 'rediacc0');
    expect(JSON.parse(beside.dockerConfig.text)).toMatchObject({ bridge: 'rediacc0', iptables: false });
  });
});

/** Returns /proc/net/fib_trie of a new network name space after these commands; undefined where one fails. */
function fibTrie(...commands: string[]): string | undefined {
  const script = [...commands, 'cat /proc/net/fib_trie'].join(' && ');
  const { status, stdout } = spawnSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

const cannotAdd = fibTrie(`ip link add ${STAND_IN_BRIDGE.name} type bridge`) === undefined;

describe.skipIf(cannotAdd)(
  `the stand-in bridge${cannotAdd ? ' (SKIPPED: needs root, iproute2 and bridges in the kernel)' : ''}`,
  () => {
    const { name, address } = STAND_IN_BRIDGE;
    const add = `ip link add ${name} type bridge`;
    const replace = `ip address replace ${address} dev ${name}`;

    it.each([
      ['there is none', [], false],
      ['a start was ended before it', [add], false],
      ['no daemon has used it yet', [add, replace], true],
      ['daemons use it', [add, replace, 'ip link set lo up', `ip link set ${name} up`], true],
    ])('has its address or not, when %s', (_, commands, holds) => {
      expect(holdsAddress(fibTrie(...commands) ?? 'no answer', address)).toBe(holds);
    });
  },
);
