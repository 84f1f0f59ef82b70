#!/bin/bash
# standard-root.sh BARE ROOT: copies the bare machine's tree to ROOT and installs what a set-up machine has, from the
# packages inside the tree.
set -euo pipefail
bare=$1 root=$2 recipe=$(dirname "$(readlink -f "$0")")
cp -a "$bare" "$root"

# Nothing is started while installing, although systemd may run on the computer that builds.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
in_root() { unshare --mount --pid --fork --mount-proc="$root/proc" chroot "$root" "$@"; }
in_root apt-get update -q
# shellcheck disable=SC2046 # one word per package
in_root apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io \
    $(grep -v '^#' "$recipe/packages/setup.txt")
rm -f "$root/usr/sbin/policy-rc.d"
rm -rf "$root"/var/lib/apt/lists/*

# Present but not started at boot: the machine's own Docker is somebody else's. The docker variant wants it on the
# kernel's command line.
chroot "$root" systemctl disable docker.service docker.socket containerd.service
