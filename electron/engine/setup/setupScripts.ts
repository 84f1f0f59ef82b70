/** The exit code of AGENT_SCRIPT when the bytes that arrived are not the ones that were sent. */
export const CHECKSUM_EXIT = 61;

/**
 * The script that puts the agent from standard input in its place, or leaves nothing. It is run as `sh -c SCRIPT NAME
 * PREFIX VERSION SHA256`; PREFIX is empty on a machine, and a folder in tests. The file and the links get their names
 * by a rename, so that whoever starts renet finds either the old or the new one, whole.
 */
export const AGENT_SCRIPT = `set -eu
umask 022
R=$1 version=$2 sha256=$3
lib=$R/usr/local/lib/rediacc
mkdir -p "$lib/$version" "$R/usr/local/bin"
incoming=$(mktemp "$lib/.incoming.XXXXXX")
trap 'rm -f "$incoming" "$incoming.link"; rmdir "$lib/$version" 2>/dev/null || true' EXIT
trap 'exit 1' HUP INT TERM
cat >"$incoming"
arrived=$(sha256sum <"$incoming")
[ "\${arrived%% *}" = "$sha256" ] || exit ${CHECKSUM_EXIT}
chmod 0755 "$incoming"
sync "$incoming"
mv -fT "$incoming" "$lib/$version/renet"
ln -s "$version" "$incoming.link"
mv -fT "$incoming.link" "$lib/current"
ln -s /usr/local/lib/rediacc/current/renet "$incoming.link"
mv -fT "$incoming.link" "$R/usr/local/bin/renet"
`;

/**
 * The script that makes the configuration, the datastore's folders and the list of kernel modules. It is run as `sh -c
 * SCRIPT NAME PREFIX DATASTORE CONFIGURATION MODULE...`. Folders that are there keep their contents.
 */
export const PREPARE_SCRIPT = `set -eu
umask 022
R=$1 D=$1$2 configuration=$3
shift 3
mkdir -p "$R/etc/rediacc" "$R/etc/modules-load.d" "$D"
mkdir -p -m 0700 "$D/repositories" "$D/.operations" "$D/.credentials" "$D/.credentials/keys"
mkdir -p -m 0755 "$D/repos"
chmod 0700 "$D/repositories" "$D/.operations" "$D/.credentials" "$D/.credentials/keys"
chmod 0755 "$D/repos"
printf '%s\\n' "$@" >"$R/etc/modules-load.d/rediacc.conf"
[ -n "$R" ] || modprobe -a "$@"
incoming=$(mktemp "$R/etc/rediacc/.renet.XXXXXX")
trap 'rm -f "$incoming"' EXIT
printf '%s\\n' "$configuration" >"$incoming"
chmod 0644 "$incoming"
mv -fT "$incoming" "$R/etc/rediacc/renet.json"
`;
