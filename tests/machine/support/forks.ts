/** The files of one postgres on its own address, with its data in a Compose volume. */
export const postgresFiles: Record<string, string> = {
  'docker-compose.yml': `services:
  postgres:
    image: 127.0.0.1:5000/postgres:16
    restart: unless-stopped
    environment: { POSTGRES_PASSWORD: changeme }
    volumes: ["data:/var/lib/postgresql/data"]
    command: -c listen_addresses=\${POSTGRES_IP} -c port=5432
volumes: { data: {} }
`,
  Rediaccfile: `prep() { renet compose -- pull -q; }
up() {
  renet compose -- up -d
  until docker compose exec -T postgres pg_isready -q; do sleep 1; done
}
down() { renet compose -- down; }
`,
};

/** Returns a script that runs statements on the postgres of a daemon; it prints the rows that come back. */
export function sql(networkId: number, ...statements: string[]): string {
  const words = statements.map((statement) => `-c "${statement}"`).join(' ');
  const docker = `docker -H unix:///var/run/rediacc/docker-${networkId}.sock`;
  return `${docker} exec $(${docker} ps -q) psql -U postgres -Atq ${words}\n`;
}

/** Returns a script that prints the LUKS UUID and the key slots of repositories. */
export function headersOf(...names: string[]): string {
  return `
    cd /mnt/rediacc/repositories
    for name in ${names.join(' ')}; do
      guid=$(jq -r "select(.name == \\"$name\\") | .guid" *.json)
      echo $(cryptsetup luksUUID $guid) $(cryptsetup luksDump --dump-json-metadata $guid | jq -c '.keyslots | keys')
    done
  `;
}

/**
 * Returns a script that prints what the processes of a repository's daemon use of another repository's volume: open
 * files, mapped files, and the mount, for processes that do not share the mounts of the machine.
 */
export function touchedBy(networkId: number, parent: string): string {
  return `
    parent=$(readlink -f /mnt/rediacc/repos/${parent})
    device=$(stat -c %Hd:%Ld $parent)
    pids=$(cat $(find /sys/fs/cgroup/rediacc.slice/rediacc-*-${networkId}.service -name cgroup.procs))
    echo "$(wc -w <<< "$pids") processes" >&2
    files=() maps=() mounts=()
    for pid in $pids; do
      files+=(/proc/$pid/fd/*) maps+=(/proc/$pid/maps)
      [ "$(readlink /proc/$pid/ns/mnt)" = "$(readlink /proc/1/ns/mnt)" ] || mounts+=(/proc/$pid/mountinfo)
    done
    stat -L -c '%Hd:%Ld %n' "\${files[@]}" 2> /dev/null | grep "^$device "
    awk -v device=$(printf '%02x:%02x' \${device%:*} \${device#*:}) '$4 == device' "\${maps[@]}" 2> /dev/null
    [ \${#mounts[@]} -gt 0 ] || echo 'no container runs'
    grep -h " $device " "\${mounts[@]}"
    true
  `;
}

/** A script that moves the datastore to a new XFS file system, which can share blocks. */
export const moveToXfs = `
  set -e
  truncate -s 3G /root/datastore.xfs
  mkfs.xfs -q /root/datastore.xfs
  mkdir -p /mnt/new
  mount -o loop /root/datastore.xfs /mnt/new
  cp -a /mnt/rediacc/. /mnt/new
  umount /mnt/new
  mount -o loop /root/datastore.xfs /mnt/rediacc
`;
