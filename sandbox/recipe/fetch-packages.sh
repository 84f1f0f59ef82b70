#!/bin/bash
# fetch-packages.sh ROOT PACKAGE...: the .deb files that installing PACKAGEs in ROOT would need, indexed in
# ROOT/srv/packages. Runs as a hook of mmdebstrap, whose package lists are still there.
set -euo pipefail
root=$1
shift
rm -f "$root"/var/cache/apt/archives/*.deb
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -y --no-install-recommends --download-only install "$@"
mkdir -p "$root/srv/packages"
mv "$root"/var/cache/apt/archives/*.deb "$root/srv/packages/"

# The index of a flat repository: the control file of each package and where it lies.
cd "$root/srv/packages"
for package in *.deb; do
    dpkg-deb --field "$package"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' \
        "$package" "$(stat -c %s "$package")" "$(sha256sum "$package" | cut -d' ' -f1)"
done > Packages
