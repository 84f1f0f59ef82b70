#!/bin/bash
# machine-root.sh ROOT ACCESS: the root file system of the bare machine, made in ROOT.
# ACCESS holds authorized_keys, locked.password and the host keys the image is born with.
set -euo pipefail
root=$1 access=$(readlink -f "$2") recipe=$(dirname "$(readlink -f "$0")")

words() { grep -hv '^#' "$@" | paste -sd "${separator:-,}"; }

# No mirror is named: mmdebstrap takes its own default.
mmdebstrap --mode=root --variant=minbase --include="$(words "$recipe/packages/machine.txt")" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io --aptopt='Acquire::Retries "3"' \
    --essential-hook="cp -r '$recipe/early/.' \"\$1\"" \
    --customize-hook="'$recipe/fetch-packages.sh' \"\$1\" $(separator=' ' words "$recipe/packages/setup.txt")" \
    trixie "$root"

cp -r --no-preserve=ownership "$recipe/files/." "$root"
chmod 0440 "$root"/etc/sudoers.d/*

for user in deploy locked; do
    chroot "$root" useradd --create-home --shell /bin/bash "$user"
    install -d -m 0700 "$root/home/$user/.ssh"
    install -m 0600 "$access/authorized_keys" "$root/home/$user/.ssh/authorized_keys"
    chroot "$root" chown -R "$user:$user" "/home/$user/.ssh"
done
printf 'locked:%s\n' "$(cat "$access/locked.password")" | chroot "$root" chpasswd

rm -f "$root"/etc/ssh/ssh_host_*
install -m 0600 "$access"/ssh_host_*_key "$root/etc/ssh/"
install -m 0644 "$access"/ssh_host_*_key.pub "$root/etc/ssh/"

echo sandbox > "$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 sandbox\n127.0.0.5 registry-1.docker.io\n::1 localhost\n' > "$root/etc/hosts"

# It is its own Docker Hub, and believes itself: the certificate is trusted before and after ca-certificates is there.
key=$root/etc/docker/registry/hub.key trusted=usr/local/share/ca-certificates/sandbox-hub.crt
install -d "$root/${trusted%/*}" "$root/etc/ssl/certs"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=sandbox hub' \
    -addext subjectAltName=DNS:registry-1.docker.io -keyout "$key" -out "$root/$trusted"
ln -s "/$trusted" "$root/etc/ssl/certs/sandbox-hub.pem"
chroot "$root" chown root:docker-registry "${key#"$root"}"
chmod 0640 "$key"

chroot "$root" systemctl enable systemd-networkd ssh docker-registry docker-hub
# Units that only cost time on a machine that lives an hour, under emulation.
chroot "$root" systemctl mask modprobe@.service systemd-networkd-wait-online.service systemd-timesyncd.service \
    systemd-journal-catalog-update.service systemd-hwdb-update.service systemd-pcrlock-make-policy.service \
    systemd-tpm2-setup.service systemd-tpm2-setup-early.service systemd-binfmt.service \
    proc-sys-fs-binfmt_misc.automount getty@tty1.service serial-getty@ttyS0.service e2scrub_reap.service \
    apt-daily.timer apt-daily-upgrade.timer man-db.timer e2scrub_all.timer fstrim.timer dpkg-db-backup.timer
