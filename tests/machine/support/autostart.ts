import type { AutostartList, OperationSummary, Repository } from '../../../shared/model.ts';
import { jsonOf, on, operationsOf, succeed } from './bench.ts';
import type { Bench } from './bench.ts';

const json = ['--output', 'json'] as const;

/**
 * A script that makes the machine note on its disk, at each shutdown, what Rediacc has left open: once when the boot
 * service has ended (systemd unmounts the rest only after that, so this is what the service itself left), and once at
 * the last moment.
 */
export const watchShutdowns = `
  set -e
  mkdir -p /usr/lib/systemd/system-shutdown
  cat > /usr/lib/systemd/system-shutdown/left <<'END'
#!/bin/bash
# By then the root file system is read-only.
mount -o remount,rw /
{
  echo "$1:"
  grep -o '[^ ]*rediacc[^ ]*' /proc/self/mountinfo
  cat /sys/block/dm-*/dm/name /sys/block/loop*/loop/backing_file
  pgrep -a 'dockerd|containerd' | grep rediacc
} >> /root/left 2> /dev/null
sync
[ "$1" = service ] || mount -o remount,ro /
END
  chmod 755 /usr/lib/systemd/system-shutdown/left
  cat > /etc/systemd/system/left.service <<'END'
[Unit]
DefaultDependencies=no
After=local-fs.target
Before=rediacc-autostart.service shutdown.target
Conflicts=shutdown.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/usr/lib/systemd/system-shutdown/left service
[Install]
WantedBy=multi-user.target
END
  systemctl enable --now left.service
`;

/** A script that prints what the last shutdown left open; after a clean one that is `nothingLeft`. */
export const leftAtShutdown = 'cat /root/left; rm /root/left';
export const nothingLeft = 'service:\nreboot:\n';

/** Returns a script that prints how each mounted repository's file system was found in this boot. */
export function foundAs(...names: string[]): string {
  return `
    cd /mnt/rediacc/repos
    dmesg > /tmp/dmesg
    for name in ${names.join(' ')}; do
      device=$(lsblk -n -o KNAME /dev/mapper/rediacc-$(readlink $name))
      grep -q "EXT4-fs ($device): mounted" /tmp/dmesg || echo "$name was not mounted"
      if grep -q "EXT4-fs ($device): recovery complete" /tmp/dmesg; then echo "$name recovered"; else echo "$name clean"; fi
    done
  `;
}

/**
 * Returns a script that waits until so many starts have ended, of all boots so far. It reads the machine's logs,
 * because `rdc` would use processor time of the machine that it waits for.
 */
export function bootsEnded(count: number): string {
  return `
    cd /mnt/rediacc/.operations
    ended() { grep -l '"origin":"boot"' */events.jsonl | xargs -r grep -l '"type":"verdict"' | wc -l; }
    until [ $(ended) -ge ${count} ]; do sleep 2; done
  `;
}

/** Returns a script that prints each repository's LUKS slots, and its key file's mode, owner and size. */
export function keysOf(...names: string[]): string {
  return `
    cd /mnt/rediacc
    for name in ${names.join(' ')}; do
      guid=$(jq -r "select(.name == \\"$name\\") | .guid" repositories/*.json)
      key=$(stat -c '%a %U %s' .credentials/keys/$guid.key 2> /dev/null || echo none)
      slots=$(cryptsetup luksDump --dump-json-metadata repositories/$guid | jq -r '[.keyslots | to_entries | sort_by(.key)[] | "\\(.key) \\(.value.kdf.type)"] | join(", ")')
      echo "$name: key $key; slots $slots"
    done
  `;
}

/** Returns the operations of boots and shutdowns so far, as "origin repository state", sorted. */
export async function turnsOf(bench: Bench): Promise<string[]> {
  const operations = (await operationsOf(bench)) as OperationSummary[];
  return operations
    .filter(({ origin }) => origin !== 'person')
    .map(({ origin, repository, state }) => `${origin} ${repository.name} ${state}`)
    .sort();
}

export async function listAutostart(bench: Bench): Promise<AutostartList> {
  const words = ['repo', 'autostart', 'list', ...on, ...json];
  return jsonOf(await succeed(bench.rdc(words))) as AutostartList;
}

/** Returns the state of each repository by its name. */
export async function statesOf(bench: Bench): Promise<Record<string, string>> {
  const listed = jsonOf(await succeed(bench.rdc(['repo', 'list', ...on, ...json]))) as Repository[];
  return Object.fromEntries(listed.map(({ name, state }) => [name, state]));
}
