import { AGENT_UNITS } from '../../../shared/agentUnits.ts';
import { AUTOSTART_UNIT } from '../../../shared/autostart.ts';
import { JOIN_FILE } from '../../../shared/protocol/join.ts';

/**
 * The script that looks a machine over. Starting a process is slow on a small machine, so the shell finds out by itself
 * whatever it can: about a dozen processes are started, however much is missing. It is run as `sh -s -- PREFIX
 * DATASTORE` with the script on standard input; PREFIX is empty on a machine, and a folder in tests. It prints
 * `rediacc:KEY=VALUE` lines.
 */
export const PROBE_SCRIPT = `{
exec </dev/null 2>/dev/null
R=$1
PATH="$R/usr/local/sbin:$R/usr/local/bin:$R/usr/sbin:$R/usr/bin:$R/sbin:$R/bin"
LC_ALL=C
export PATH LC_ALL
newline='
'
say() { printf 'rediacc:%s=%s\\n' "$1" "$2"; }
first_line() { say "$1" "\${2%%"$newline"*}"; }
have() { command -v "$1" >/dev/null; }

if [ -r "$R/etc/os-release" ]; then
  (. "$R/etc/os-release"; say id "$ID"; say like "$ID_LIKE"; say version "$VERSION_ID"; say name "$PRETTY_NAME")
fi
say kernel "$(uname -rm)"
for manager in apt-get dnf zypper; do
  if have "$manager"; then say manager "$manager"; break; fi
done
[ -d "$R/run/systemd/system" ] && first_line systemd "$(systemctl --version)"
[ -f "$R/sys/fs/cgroup/cgroup.controllers" ] && say cgroup 2
for program in dockerd containerd losetup mkfs.ext4 chattr script flock stty modprobe; do
  have "$program" && say "$program" yes
done
# The join starts nothing by a PATH.
[ -x "$R/usr/bin/socat" ] && say socat yes
have node && first_line node "$(node --version)"
have cryptsetup && first_line cryptsetup "$(cryptsetup --version)"
have docker && first_line docker "$(docker --version)" && first_line compose "$(docker compose version --short)"
for module in dm_crypt loop overlay; do
  if [ -d "$R/sys/module/$module" ]; then say "module.$module" available
  elif ! have modprobe; then say "module.$module" unknown
  elif modprobe -n -q "$module"; then say "module.$module" available
  fi
done
[ -r "$R/etc/modules-load.d/rediacc.conf" ] && say modules "$(tr '\\n' ' ' <"$R/etc/modules-load.d/rediacc.conf")"
lib=$R/usr/local/lib/rediacc
if [ -f "$lib/current/renet" ]; then
  say agent.version "$(readlink "$lib/current")"
  say agent.link "$(readlink "$R/usr/local/bin/renet")"
  say agent.sha256 "$(sha256sum <"$lib/current/renet")"
fi
[ -r "$R/etc/rediacc/renet.json" ] && say configuration "$(tr '\\n' ' ' <"$R/etc/rediacc/renet.json")"
unit=$R/etc/systemd/system/${AUTOSTART_UNIT}
if [ -r "$unit" ]; then
  say autostart.text "$(tr '\\n' ' ' <"$unit")"
  for property in $(systemctl show -p ActiveState -p UnitFileState ${AUTOSTART_UNIT}); do
    say "autostart.\${property%%=*}" "\${property#*=}"
  done
fi
for name in ${AGENT_UNITS.map(({ name }) => name).join(' ')}; do
  if [ -r "$R/etc/systemd/system/$name" ]; then
    say "unit.$name.text" "$(tr '\\n' ' ' <"$R/etc/systemd/system/$name")"
    for property in $(systemctl show -p ActiveState -p UnitFileState "$name"); do
      say "unit.$name.\${property%%=*}" "\${property#*=}"
    done
  fi
done
[ -r "$R${JOIN_FILE}" ] && say join.text "$(tr '\\n' ' ' <"$R${JOIN_FILE}")"
D=$R$2
say folders "$(stat -c %a "$D/repositories" "$D/repos" "$D/.operations" "$D/.credentials" "$D/.credentials/keys" | tr '\\n' ' ')"
say end yes
exit 0
}
`;

/** The keys and values that the probe found, each value trimmed. A key that is absent was not found. */
export type Probe = Readonly<Record<string, string>>;

/**
 * Finds the probe's lines in all that was printed, as login shells may print too. Returns undefined when the probe did
 * not reach its end.
 */
export function parseProbe(output: string): Probe | undefined {
  const lines = [...output.matchAll(/^rediacc:([\w.-]+)=(.*)$/gm)];
  const probe = Object.fromEntries(lines.map(([, key = '', value = '']) => [key, value.trim()]));
  return probe['end'] === 'yes' ? probe : undefined;
}
