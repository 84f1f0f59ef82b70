#!/bin/bash
# pack-root.sh ROOT REGISTRY IMAGE: puts the registry's storage into the tree ROOT and packs it as an ext4 IMAGE.
set -euo pipefail
root=$1 registry=$2 image=$3
mkdir -p "$root/var/lib/docker-registry"
cp -r "$registry/." "$root/var/lib/docker-registry/"
chroot "$root" chown -R docker-registry:docker-registry /var/lib/docker-registry
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/log/*.log "$root"/var/log/apt

# Sparse. Big enough for the source document's 10 GB repository, a fork of it and a second one.
rm -f "$image"
truncate -s 48G "$image"
mkfs.ext4 -q -F -L root -i 131072 -d "$root" "$image"
